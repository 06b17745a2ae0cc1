// date: int32 days from 2000-01-01; the extremes of 32 bits are the infinities (date_recv).
namespace Ingest.Convert;

/// <summary>date, 4713 BC to 5874897 AD; a time of day is dropped, as date_in does.</summary>
/// <param name="patterns">The user's patterns, or null for the ISO forms alone.</param>
internal sealed class DateEncoder(DatePatterns? patterns) : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length == FixedDatetime.DateLength && patterns is null && FixedDatetime.TryReadDate(text, out var day))
        {
            row.WriteInt32(day);
            return ConversionFailure.None;
        }

        return EncodeAny(text, row);
    }

    private ConversionFailure EncodeAny(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = DatetimeReader.Read(text, patterns, out var fields);
        if (failure != ConversionFailure.None) return failure;
        if (fields.Infinity != 0)
        {
            row.WriteInt32(fields.Infinity > 0 ? int.MaxValue : int.MinValue);
            return ConversionFailure.None;
        }

        if (!fields.HasDate) return ConversionFailure.InvalidDatetime;
        if (fields.Day is < Calendar.FirstDay or >= Calendar.EndDay) return ConversionFailure.DatetimeOverflow;
        row.WriteInt32(fields.Day);
        return ConversionFailure.None;
    }
}
