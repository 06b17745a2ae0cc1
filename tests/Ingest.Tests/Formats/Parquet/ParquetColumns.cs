using System.Text;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>A column without nulls of a file that <see cref="ParquetColumns"/> writes.</summary>
internal sealed record ParquetColumn(string Name, PhysicalType Type, int? Converted, IReadOnlyList<byte[]> Values, PageEncoding Encoding = PageEncoding.Plain);

/// <summary>Small Parquet files of a few columns of any type, each value as the test wants it.</summary>
internal static class ParquetColumns
{
    private const int Utf8 = 0;

    /// <summary>A file of one row group.</summary>
    public static byte[] File(params ParquetColumn[] columns) => new TestFile(
        [new TestNode("root", Repetition.Required, Children: columns.Length), .. columns.Select(c => new TestNode(c.Name, Repetition.Required, c.Type, Converted: c.Converted))])
        .AddRowGroup(columns[0].Values.Count, columns.Select(c => new TestColumn
        {
            Type = c.Type,
            Path = [c.Name],
            Definitions = new int[c.Values.Count],
            Repetitions = new int[c.Values.Count],
            Values = c.Values,
            Encoding = c.Encoding,
        }))
        .ToArray();

    /// <summary>INT32.</summary>
    public static ParquetColumn Int32(string name, params int[] values) => new(name, PhysicalType.Int32, null, [.. values.Select(BitConverter.GetBytes)]);

    /// <summary>FLOAT.</summary>
    public static ParquetColumn Float(string name, params float[] values) => new(name, PhysicalType.Float, null, [.. values.Select(BitConverter.GetBytes)]);

    /// <summary>DOUBLE.</summary>
    public static ParquetColumn Double(string name, params double[] values) => new(name, PhysicalType.Double, null, [.. values.Select(BitConverter.GetBytes)]);

    /// <summary>STRING.</summary>
    public static ParquetColumn Text(string name, params string[] values) => new(name, PhysicalType.ByteArray, Utf8, [.. values.Select(Encoding.UTF8.GetBytes)]);

    /// <summary>STRING, of bytes that need not be text.</summary>
    public static ParquetColumn Text(string name, params byte[][] values) => new(name, PhysicalType.ByteArray, Utf8, values);
}
