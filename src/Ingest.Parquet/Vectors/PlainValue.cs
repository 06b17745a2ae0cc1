using System.Runtime.CompilerServices;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Vectors;

/// <summary>A single value outside of any page, as <see cref="Metadata.ColumnStatistics"/> has its bounds.</summary>
public static class PlainValue
{
    /// <summary>A vector with the value in its one slot.</summary>
    /// <param name="column">The column.</param>
    /// <param name="value">The value in PLAIN encoding, byte arrays without a length (parquet.thrift, <c>Statistics</c>).</param>
    /// <returns>The vector, whose arrays are no pool's, or null when the bytes are no value of the column.</returns>
    public static ColumnVector? Read(LeafColumn column, ReadOnlySpan<byte> value)
    {
        ArgumentNullException.ThrowIfNull(column);
        var size = column.PhysicalType switch
        {
            PhysicalType.Boolean => 1,
            PhysicalType.Int32 or PhysicalType.Float => 4,
            PhysicalType.Int64 or PhysicalType.Double => 8,
            PhysicalType.ByteArray => value.Length,
            _ => column.TypeLength,
        };
        if (value.Length != size) return null;
        var vector = new ColumnVector(column, 1, 1, Math.Max(size, Unsafe.SizeOf<ByteRange>()));
        vector.MutableDefinitions.Fill((byte)column.MaxDefinitionLevel);
        vector.MutableRepetitions.Clear();
        if (!vector.RowStarts.IsEmpty) (vector.MutableRowStarts[0], vector.MutableRowStarts[1]) = (0, 1);
        if (vector.Kind == VectorKind.Bytes) AddBytes(vector, value);
        else value.CopyTo(vector.MutableBytes);
        return vector;
    }

    private static void AddBytes(ColumnVector vector, ReadOnlySpan<byte> value)
    {
        var buffer = new PageBuffer(value.Length);
        value.CopyTo(buffer.Span);
        vector.MutableSlots<ByteRange>()[0] = new(vector.Buffers.Add(buffer), 0, value.Length);
        buffer.Release();
    }
}
