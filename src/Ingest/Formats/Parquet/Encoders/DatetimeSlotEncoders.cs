// date: int32 days; time, timestamp, timestamptz: int64 microseconds; from 2000-01-01 (date_recv, time_recv, timestamp_recv).
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>DATE into date.</summary>
internal readonly struct DateValue : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var day = (long)vector.Int32s[slot] - DatetimeSlots.EpochDays;
        if (day is < Calendar.FirstDay or >= Calendar.EndDay) return ConversionFailure.DatetimeOverflow;
        row.WriteInt32((int)day);
        return ConversionFailure.None;
    }
}

/// <summary>TIME into time; one in UTC is taken as the reading of the clock that it is.</summary>
/// <param name="precision">The column's decimals of a second, or −1.</param>
internal readonly struct TimeValue(int precision) : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!DatetimeSlots.TryReadMicros(vector, slot, out var micros) || micros is < 0 or > Calendar.MicrosPerDay)
            return ConversionFailure.DatetimeOverflow;
        row.WriteInt64(FractionalDigits.RoundTo(micros, precision));
        return ConversionFailure.None;
    }
}

/// <summary>
/// TIMESTAMP and INT96 into timestamptz and timestamp. An instant in a timestamp column is its reading in UTC, whatever
/// the session's time zone.
/// </summary>
/// <param name="precision">The column's decimals of a second, or −1.</param>
internal readonly struct TimestampValue(int precision) : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var failure = DatetimeSlots.ReadTimestamp(vector, slot, precision, out var micros);
        if (failure == ConversionFailure.None) row.WriteInt64(micros);
        return failure;
    }
}

/// <summary>TIMESTAMP and INT96 into date: an instant's day in UTC.</summary>
internal readonly struct TimestampDayValue : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!DatetimeSlots.TryReadDay(vector, slot, out var day, out _)) return ConversionFailure.DatetimeOverflow;
        day -= DatetimeSlots.EpochDays;
        if (day is < Calendar.FirstDay or >= Calendar.EndDay) return ConversionFailure.DatetimeOverflow;
        row.WriteInt32((int)day);
        return ConversionFailure.None;
    }
}

/// <summary>TIMESTAMP and INT96 into time: an instant's time of day in UTC.</summary>
/// <param name="precision">The column's decimals of a second, or −1.</param>
internal readonly struct TimestampTimeValue(int precision) : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        if (!DatetimeSlots.TryReadDay(vector, slot, out _, out var time)) return ConversionFailure.DatetimeOverflow;
        row.WriteInt64(FractionalDigits.RoundTo(time, precision));
        return ConversionFailure.None;
    }
}
