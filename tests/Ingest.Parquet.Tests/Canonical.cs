using System.Buffers.Binary;
using System.Numerics;
using System.Text;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

/// <summary>
/// Writes values in the text form that duckdb/canonical.mjs writes, so that two readers can be compared line by line.
/// </summary>
internal readonly struct Canonical(StringBuilder text) : IValueVisitor
{
    public static void WriteRow(RowSlice slice, IReadOnlyList<NestedReader> fields, int row, StringBuilder text)
    {
        var visitor = new Canonical(text);
        for (var i = 0; i < fields.Count; i++)
        {
            if (i > 0) text.Append('\t');
            fields[i].Read(row, ref visitor);
        }
    }

    /// <summary>All rows of a file, a line for each.</summary>
    public static IEnumerable<string> Rows(ParquetFile file)
    {
        var text = new StringBuilder();
        for (var group = 0; group < file.Metadata.RowGroups.Count; group++)
        {
            using var reader = file.OpenRowGroup(group);
            while (reader.ReadSlice() is { } slice)
            {
                using (slice)
                {
                    var fields = file.Schema.Fields.Select(f => new NestedReader(slice, f)).ToArray();
                    for (var row = 0; row < slice.RowCount; row++)
                    {
                        WriteRow(slice, fields, row, text.Clear());
                        yield return text.ToString();
                    }
                }
            }
        }
    }

    public void Null(ValueShape shape) => text.Append("null");

    public void BeginStruct(ValueShape shape) => text.Append('{');

    public void Field(ValueShape field)
    {
        if (text[^1] != '{') text.Append(',');
    }

    public void EndStruct(ValueShape shape) => text.Append('}');

    public void BeginList(ValueShape shape) => text.Append('[');

    public void Element(int index)
    {
        if (index > 0) text.Append(',');
    }

    public void EndList(ValueShape shape) => text.Append(']');

    public void BeginMap(ValueShape shape) => text.Append('<');

    public void Key(int index)
    {
        if (index > 0) text.Append(',');
    }

    public void Value() => text.Append(':');

    public void EndMap(ValueShape shape) => text.Append('>');

    public void Scalar(ColumnVector vector, int slot)
    {
        var type = vector.Column.LogicalType;
        switch (vector.Kind)
        {
            case VectorKind.Boolean: text.Append(vector.Booleans[slot] ? "true" : "false"); break;
            case VectorKind.Int32: Number(type, vector.Int32s[slot], (uint)vector.Int32s[slot]); break;
            case VectorKind.Int64: Number(type, vector.Int64s[slot], (ulong)vector.Int64s[slot]); break;
            case VectorKind.Float: Float(vector.Floats[slot]); break;
            case VectorKind.Double: Float(vector.Doubles[slot]); break;
            default: Bytes(vector.Column, vector.Bytes(slot)); break;
        }
    }

    private void Number(LogicalType type, long value, ulong unsigned)
    {
        switch (type.Kind)
        {
            case LogicalKind.Integer when !type.IsSigned: text.Append(unsigned); break;
            case LogicalKind.Decimal: text.Append('d').Append(value).Append('/').Append(type.Scale); break;
            case LogicalKind.Date: text.Append('D').Append(value); break;
            case LogicalKind.Time: text.Append('T').Append(Nanos(type.Unit, value)); break;
            case LogicalKind.Timestamp: text.Append('S').Append(Nanos(type.Unit, value)); break;
            default: text.Append(value); break;
        }
    }

    private void Bytes(LeafColumn column, ReadOnlySpan<byte> bytes)
    {
        switch (column.LogicalType.Kind)
        {
            case LogicalKind.Decimal:
                text.Append('d').Append(new BigInteger(bytes, isUnsigned: false, isBigEndian: true)).Append('/').Append(column.LogicalType.Scale);
                break;
            case LogicalKind.Timestamp:
                // DuckDB has INT96 in microseconds.
                text.Append('S').Append(Nanos(TimeUnit.Micros, Int96.Read(bytes).UnixMicroseconds));
                break;
            case LogicalKind.Float16:
                Float((double)BinaryPrimitives.ReadHalfLittleEndian(bytes));
                break;
            case LogicalKind.Interval:
                text.Append('I').Append(BinaryPrimitives.ReadUInt32LittleEndian(bytes)).Append('/')
                    .Append(BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..])).Append('/')
                    .Append(BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) * 1000L);
                break;
            default:
                text.Append('x').Append(Convert.ToHexStringLower(bytes));
                break;
        }
    }

    private void Float(double value)
    {
        if (double.IsNaN(value)) text.Append("fnan");
        else text.Append('f').Append(BitConverter.DoubleToUInt64Bits(value).ToString("x16"));
    }

    private static BigInteger Nanos(TimeUnit unit, long value) => unit switch
    {
        TimeUnit.Millis => new BigInteger(value) * 1_000_000,
        TimeUnit.Micros => new BigInteger(value) * 1000,
        _ => value,
    };
}
