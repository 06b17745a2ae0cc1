using System.Buffers.Binary;
using System.Text;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>Small Parquet files made of rows with a number and a text, in row groups and pages of chosen sizes.</summary>
internal static class ParquetRows
{
    private const int Utf8 = 0;

    /// <summary>A file with the columns <c>id</c> (INT64) and <c>v</c> (STRING, null where the text is).</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="groupSizes">The rows of each row group; the last size is repeated to the end.</param>
    /// <param name="rowsPerPage">The rows of a page.</param>
    /// <param name="codec">The codec.</param>
    /// <param name="isTextFirst">Whether <c>v</c> comes before <c>id</c>.</param>
    public static byte[] File(
        IReadOnlyList<(long Id, string? Text)> rows, int[] groupSizes, int rowsPerPage = int.MaxValue,
        CompressionCodec codec = CompressionCodec.Uncompressed, bool isTextFirst = false)
    {
        if (groupSizes[^1] == 0 && groupSizes.Sum() < rows.Count) throw new ArgumentException("The row groups do not hold the rows.", nameof(groupSizes));
        var id = new TestNode("id", Repetition.Required, PhysicalType.Int64);
        var v = new TestNode("v", Repetition.Optional, PhysicalType.ByteArray, Converted: Utf8);
        var file = new TestFile(new TestNode("root", Repetition.Required, Children: 2), isTextFirst ? v : id, isTextFirst ? id : v);
        for (int at = 0, group = 0; at < rows.Count || group < groupSizes.Length; group++)
        {
            var size = Math.Min(groupSizes[Math.Min(group, groupSizes.Length - 1)], rows.Count - at);
            var part = rows.Skip(at).Take(size).ToArray();
            var ids = Column("id", PhysicalType.Int64, part.Select(r => (byte[]?)Int64(r.Id)), isOptional: false, rowsPerPage, codec);
            var texts = Column("v", PhysicalType.ByteArray, part.Select(r => r.Text is null ? null : Encoding.UTF8.GetBytes(r.Text)), isOptional: true, rowsPerPage, codec);
            file.AddRowGroup(size, isTextFirst ? texts : ids, isTextFirst ? ids : texts);
            at += size;
        }
        return file.ToArray();
    }

    private static TestColumn Column(string name, PhysicalType type, IEnumerable<byte[]?> values, bool isOptional, int rowsPerPage, CompressionCodec codec)
    {
        var all = values.ToArray();
        return new TestColumn
        {
            Type = type,
            Path = [name],
            MaxDefinition = isOptional ? 1 : 0,
            Definitions = [.. all.Select(v => isOptional && v is not null ? 1 : 0)],
            Repetitions = new int[all.Length],
            Values = [.. all.OfType<byte[]>()],
            RowsPerPage = rowsPerPage,
            Codec = codec,
            Checksums = true,
        };
    }

    private static byte[] Int64(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }
}
