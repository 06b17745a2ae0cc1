using System.Numerics;
using System.Text;
using Ingest.Convert;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet;

/// <summary>What a writer said of the values of a column in all its chunks; nothing of it is verified.</summary>
internal sealed class ValueRange
{
    private ColumnVector? min;
    private ColumnVector? max;
    private bool isBounded = true;

    private ValueRange()
    {
    }

    /// <summary>The number of nulls, or null where a chunk does not say.</summary>
    public long? Nulls { get; private set; } = 0;

    /// <summary>The smallest value as text, or null where a chunk that has values does not say.</summary>
    public string? Min => isBounded && min is not null ? Text(min) : null;

    /// <summary>The largest value as text, or null as for the smallest.</summary>
    public string? Max => isBounded && max is not null ? Text(max) : null;

    /// <summary>Joins the statistics of a column's chunks.</summary>
    public static ValueRange Of(IEnumerable<ColumnChunkMetadata> chunks)
    {
        var range = new ValueRange();
        foreach (var chunk in chunks) range.Add(chunk);
        return range;
    }

    private void Add(ColumnChunkMetadata chunk)
    {
        var statistics = chunk.Statistics;
        Nulls += statistics?.NullCount;
        if (chunk.ValueCount == 0 || statistics?.NullCount == chunk.ValueCount) return;
        var (low, high) = IsOrdered(chunk.Column, statistics)
            ? (Read(chunk.Column, statistics!.Min), Read(chunk.Column, statistics.Max))
            : (null, null);
        isBounded &= low is not null && high is not null;
        if (!isBounded) return;
        if (min is null || Compare(low!, min) < 0) min = low;
        if (max is null || Compare(high!, max) > 0) max = high;
    }

    /// <summary>The deprecated bounds compare bytes as signed, and nobody agrees on the order of INT96 and intervals.</summary>
    private static bool IsOrdered(LeafColumn column, ColumnStatistics? statistics)
    {
        if (statistics is null || column.PhysicalType == PhysicalType.Int96 || column.LogicalType.Kind == LogicalKind.Interval) return false;
        var isSigned = column.PhysicalType is not (PhysicalType.ByteArray or PhysicalType.FixedLenByteArray)
            && (column.LogicalType.Kind != LogicalKind.Integer || column.LogicalType.IsSigned);
        return isSigned || !statistics.IsDeprecatedOrder;
    }

    private static ColumnVector? Read(LeafColumn column, ReadOnlyMemory<byte>? bound) => bound is { } value ? PlainValue.Read(column, value.Span) : null;

    private static int Compare(ColumnVector a, ColumnVector b)
    {
        var type = a.Column.LogicalType;
        var isUnsigned = type.Kind == LogicalKind.Integer && !type.IsSigned;
        return a.Kind switch
        {
            VectorKind.Boolean => a.Booleans[0].CompareTo(b.Booleans[0]),
            VectorKind.Int32 when isUnsigned => ((uint)a.Int32s[0]).CompareTo((uint)b.Int32s[0]),
            VectorKind.Int32 => a.Int32s[0].CompareTo(b.Int32s[0]),
            VectorKind.Int64 when isUnsigned => ((ulong)a.Int64s[0]).CompareTo((ulong)b.Int64s[0]),
            VectorKind.Int64 => a.Int64s[0].CompareTo(b.Int64s[0]),
            VectorKind.Float or VectorKind.Double => FloatSlot.Read(a, 0).CompareTo(FloatSlot.Read(b, 0)),
            _ when type.Kind == LogicalKind.Float16 => FloatSlot.Read(a, 0).CompareTo(FloatSlot.Read(b, 0)),
            _ when type.Kind == LogicalKind.Decimal => Integer(a).CompareTo(Integer(b)),
            _ => a.Bytes(0).SequenceCompareTo(b.Bytes(0)),
        };
    }

    private static BigInteger Integer(ColumnVector vector) => new(vector.Bytes(0), isUnsigned: false, isBigEndian: true);

    private static string Text(ColumnVector vector)
    {
        using var text = new RowBuffer(64);
        ScalarText.Append(vector, 0, text);
        return Encoding.UTF8.GetString(text.Written);
    }
}
