// timetz: int64 microseconds from midnight, local, then int32 seconds west of UTC (timetz_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>time with time zone. Text without an offset is taken as UTC: the catalog offers this encoder only where the session's TimeZone is UTC.</summary>
/// <param name="precision">The declared number of decimals of a second, or −1.</param>
/// <param name="isStrict">Whether the server is PostgreSQL 16 or later.</param>
internal sealed class TimeTzEncoder(int precision, bool isStrict = false) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IsoDatetime.ReadTimeOfDay(text, isStrict, out var fields);
        if (failure != ConversionFailure.None) return failure;
        if (!fields.HasTime) return ConversionFailure.InvalidDatetime;
        var room = row.Reserve(16);
        BinaryPrimitives.WriteInt32BigEndian(room, 12);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], FractionalDigits.RoundTo(fields.Micros, precision));
        BinaryPrimitives.WriteInt32BigEndian(room[12..], -fields.OffsetSeconds);
        row.Advance(16);
        return ConversionFailure.None;
    }
}
