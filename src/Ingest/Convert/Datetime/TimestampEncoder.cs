// timestamp: int64 microseconds from 2000-01-01; the extremes of 64 bits are the infinities (timestamp_recv).
namespace Ingest.Convert;

/// <summary>timestamp without time zone: local time; an offset in the text is read and dropped, as timestamp_in does.</summary>
/// <param name="patterns">The user's patterns, or null for the ISO forms alone.</param>
/// <param name="precision">The declared number of decimals of a second, or −1.</param>
internal sealed class TimestampEncoder(DatePatterns? patterns, int precision) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = DatetimeReader.Read(text, patterns, out var fields);
        if (failure != ConversionFailure.None) return failure;
        failure = fields.GetTimestamp(applyOffset: false, precision, out var micros);
        if (failure == ConversionFailure.None) row.WriteInt64(micros);
        return failure;
    }
}
