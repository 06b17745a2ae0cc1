using System.Text;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

/// <summary>The bounds in statistics are values like those in pages.</summary>
public sealed class PlainValueTests
{
    [Fact]
    public void The_bounds_of_each_row_group_are_values_of_its_rows()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "row_groups.parquet"));
        foreach (var group in file.Metadata.RowGroups)
        {
            var (id, text) = (group.Columns[0], group.Columns[1]);
            var rows = Enumerable.Range((int)group.FirstRow, (int)group.RowCount).ToArray();
            var texts = rows.Select(i => $"row {i}").Order(StringComparer.Ordinal).ToArray();

            Assert.Equal(rows[0], PlainValue.Read(id.Column, id.Statistics!.Min!.Value.Span)!.Int64s[0]);
            Assert.Equal(rows[^1], PlainValue.Read(id.Column, id.Statistics.Max!.Value.Span)!.Int64s[0]);
            Assert.Equal(texts[0], Encoding.UTF8.GetString(PlainValue.Read(text.Column, text.Statistics!.Min!.Value.Span)!.Bytes(0)));
            Assert.Equal(texts[^1], Encoding.UTF8.GetString(PlainValue.Read(text.Column, text.Statistics.Max!.Value.Span)!.Bytes(0)));
        }
    }

    [Fact]
    public void Bytes_of_another_length_are_no_value()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "types_snappy_v1.parquet"));
        foreach (var leaf in file.Schema.Leaves.Where(leaf => leaf.PhysicalType != Schema.PhysicalType.ByteArray))
        {
            Assert.Null(PlainValue.Read(leaf, []));
            Assert.Null(PlainValue.Read(leaf, new byte[17]));
        }
        Assert.False(PlainValue.Read(file.Schema.Leaves[0], new byte[8])!.IsNull(0));
    }
}
