// timestamptz: int64 microseconds from 2000-01-01, UTC; the extremes of 64 bits are the infinities (timestamptz_recv).
namespace Ingest.Convert;

/// <summary>timestamp with time zone. Text without an offset is taken as UTC: the catalog offers this encoder only where the session's TimeZone is UTC.</summary>
/// <param name="patterns">The user's patterns, or null for the ISO forms alone.</param>
/// <param name="precision">The declared number of decimals of a second, or −1.</param>
internal sealed class TimestampTzEncoder(DatePatterns? patterns, int precision) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = DatetimeReader.Read(text, patterns, out var fields);
        if (failure != ConversionFailure.None) return failure;
        failure = fields.GetTimestamp(applyOffset: true, precision, out var micros);
        if (failure == ConversionFailure.None) row.WriteInt64(micros);
        return failure;
    }
}
