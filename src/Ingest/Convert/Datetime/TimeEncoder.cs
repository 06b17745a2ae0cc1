// time: int64 microseconds from midnight (time_recv).
namespace Ingest.Convert;

/// <summary>time without time zone, 24:00:00 included; a date and an offset are read and dropped, as time_in does.</summary>
/// <param name="precision">The declared number of decimals of a second, or −1.</param>
/// <param name="isStrict">Whether the server is PostgreSQL 16 or later.</param>
internal sealed class TimeEncoder(int precision, bool isStrict = false) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IsoDatetime.ReadTimeOfDay(text, isStrict, out var fields);
        if (failure != ConversionFailure.None) return failure;
        if (!fields.HasTime) return ConversionFailure.InvalidDatetime;
        row.WriteInt64(FractionalDigits.RoundTo(fields.Micros, precision));
        return ConversionFailure.None;
    }
}
