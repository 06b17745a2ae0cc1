using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>Reads dates and times; what is finer than a microsecond is rounded to the nearest, a half to the even one, as the server's input functions do (rint, timestamp.c).</summary>
internal static class DatetimeSlots
{
    /// <summary>Days from 1970-01-01 to 2000-01-01.</summary>
    public const int EpochDays = 10_957;

    private const long MicrosPerMilli = 1000;
    private const long NanosPerMicro = 1000;

    /// <summary>Microseconds since midnight, or since 1970-01-01 00:00; false where 64 bits do not hold them.</summary>
    public static bool TryReadMicros(ColumnVector vector, int slot, out long micros)
    {
        var isInRange = TryRead(vector, slot, out micros, out var nanos);
        micros = Round(micros, nanos);
        return isInRange;
    }

    /// <summary>
    /// The day since 1970-01-01 and the time of it in microseconds; false where 64 bits do not hold the timestamp. The day is
    /// that of the nanoseconds: where the time is rounded up to midnight, it is 24:00 of that day, as in the server.
    /// </summary>
    public static bool TryReadDay(ColumnVector vector, int slot, out long day, out long time)
    {
        var isInRange = TryRead(vector, slot, out var micros, out var nanos);
        (day, time) = Math.DivRem(micros, Calendar.MicrosPerDay);
        if (time < 0) (day, time) = (day - 1, time + Calendar.MicrosPerDay);
        time = Round(time, nanos);
        return isInRange;
    }

    /// <summary>Microseconds, rounded down, and the nanoseconds above them.</summary>
    private static bool TryRead(ColumnVector vector, int slot, out long micros, out long nanos)
    {
        nanos = 0;
        switch (vector.Kind)
        {
            case VectorKind.Int32: return TryScale(vector.Int32s[slot], vector.Column.LogicalType.Unit, out micros, out nanos);
            case VectorKind.Int64: return TryScale(vector.Int64s[slot], vector.Column.LogicalType.Unit, out micros, out nanos);
            default:
                var value = Int96.Read(vector.Bytes(slot));
                micros = value.UnixMicroseconds;
                nanos = value.NanosecondsOfDay % NanosPerMicro;
                if (nanos < 0) nanos += NanosPerMicro;
                return true;
        }
    }

    private static bool TryScale(long value, TimeUnit unit, out long micros, out long nanos)
    {
        (micros, nanos) = (value, 0);
        switch (unit)
        {
            case TimeUnit.Millis:
                if (value is > long.MaxValue / MicrosPerMilli or < long.MinValue / MicrosPerMilli) return false;
                micros = value * MicrosPerMilli;
                return true;
            case TimeUnit.Nanos:
                (micros, nanos) = Math.DivRem(value, NanosPerMicro);
                if (nanos < 0) (micros, nanos) = (micros - 1, nanos + NanosPerMicro);
                return true;
            default:
                return true;
        }
    }

    /// <summary>INT96 wraps around, and may do so here once more.</summary>
    private static long Round(long micros, long nanos) =>
        nanos > NanosPerMicro / 2 || (nanos == NanosPerMicro / 2 && (micros & 1) != 0) ? unchecked(micros + 1) : micros;

    /// <summary>Microseconds from 2000-01-01; fails outside of timestamp's range.</summary>
    /// <param name="vector">A TIMESTAMP or INT96 column.</param>
    /// <param name="slot">The slot.</param>
    /// <param name="precision">The column's decimals of a second, or −1.</param>
    /// <param name="micros">The result.</param>
    public static ConversionFailure ReadTimestamp(ColumnVector vector, int slot, int precision, out long micros)
    {
        const long epoch = EpochDays * Calendar.MicrosPerDay;
        if (!TryReadMicros(vector, slot, out micros) || micros < long.MinValue + epoch) return ConversionFailure.DatetimeOverflow;
        micros -= epoch;
        if (!IsInRange(micros)) return ConversionFailure.DatetimeOverflow;
        micros = FractionalDigits.RoundTo(micros, precision);
        return IsInRange(micros) ? ConversionFailure.None : ConversionFailure.DatetimeOverflow;
    }

    private static bool IsInRange(long micros) => micros is >= Calendar.FirstDay * Calendar.MicrosPerDay and < Calendar.EndMicros;
}
