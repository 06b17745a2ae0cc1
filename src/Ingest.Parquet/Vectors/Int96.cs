using System.Buffers.Binary;

namespace Ingest.Parquet.Vectors;

/// <summary>The deprecated 12-byte timestamp, as Impala, Hive and Spark write it.</summary>
/// <param name="JulianDay">The day; 2,440,588 is 1970-01-01.</param>
/// <param name="NanosecondsOfDay">The nanoseconds since midnight.</param>
public readonly record struct Int96(int JulianDay, long NanosecondsOfDay)
{
    private const long UnixEpoch = 2_440_588;
    private const long MicrosecondsPerDay = 86_400_000_000;

    /// <summary>
    /// Microseconds since 1970-01-01 00:00:00, nanoseconds rounded down. It wraps around at 64 bits, as in Spark, whose
    /// late timestamps are written with a day that has wrapped around.
    /// </summary>
    public long UnixMicroseconds
    {
        get
        {
            var (micros, rest) = Math.DivRem(NanosecondsOfDay, 1000);
            return unchecked(((JulianDay - UnixEpoch) * MicrosecondsPerDay) + micros - (rest < 0 ? 1 : 0));
        }
    }

    /// <summary>Reads a value of an INT96 column (<see cref="ColumnVector.Bytes"/>).</summary>
    public static Int96 Read(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes));
}
