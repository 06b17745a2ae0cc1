using System.Text;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

public sealed class StreamingTests
{
    [Fact]
    public void A_column_that_is_not_asked_for_is_never_read()
    {
        var source = new CountingSource(File.ReadAllBytes(Path.Combine(Corpora.Own, "types_uncompressed_v1.parquet")));
        using var file = ParquetFile.Open(source);
        var field = file.Schema.Find("text_")!;
        using (var reader = file.OpenRowGroup(0, [field]))
        {
            while (reader.ReadSlice() is { } slice)
            {
                Assert.Equal([field.Leaf], slice.Columns.Select(c => c.Column));
                Assert.Throws<ArgumentException>(() => slice[file.Schema.Leaves[0]]);
                slice.Dispose();
            }
        }
        // Up to 100 bytes after a chunk may be read with it (PARQUET-816).
        foreach (var chunk in file.Metadata.RowGroups[0].Columns.Where(c => c.CompressedBytes > 100))
        {
            var start = chunk.FirstPageOffset;
            Assert.Equal(chunk.Column == field.Leaf, source.WasRead(start + 100, start + chunk.CompressedBytes));
        }
    }

    [Fact]
    public void No_column_at_all_still_counts_the_rows()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "row_groups.parquet"));
        var rows = 0L;
        foreach (var group in file.Metadata.RowGroups)
        {
            using var reader = file.OpenRowGroup(group.Index, []);
            while (reader.ReadSlice() is { } slice)
            {
                Assert.Equal(rows, slice.FirstRow);
                rows += slice.RowCount;
            }
        }
        Assert.Equal(9000, rows);
        Assert.Equal(9000, file.Metadata.RowCount);
    }

    [Fact]
    public void A_large_chunk_of_small_pages_is_read_through_a_small_window()
    {
        var column = Texts(rows: 20_000, length: 300) with { RowsPerPage = 100 };
        var source = new CountingSource(TestFile.Flat(column, 0, 20_000));
        using var file = ParquetFile.Open(source, new ParquetLimits { SliceRows = 1000 });
        using var reader = file.OpenRowGroup(0);
        while (reader.ReadSlice() is { } slice) slice.Dispose();
        Assert.True(source.Length > 6_000_000);
        Assert.InRange(source.LargestRead, 1, 256 << 10);
    }

    [Fact]
    public void A_slice_takes_fewer_rows_when_their_pages_are_large()
    {
        var column = Texts(rows: 1000, length: 10_000) with { RowsPerPage = 10 };
        using var file = ParquetFile.Open(
            new MemoryByteSource("large", TestFile.Flat(column, 0, 1000)), new ParquetLimits { SliceBytes = 1_000_000 });
        using var reader = file.OpenRowGroup(0);
        var rows = 0;
        while (reader.ReadSlice() is { } slice)
        {
            Assert.InRange(slice.RowCount, 1, 120);
            rows += slice.RowCount;
            slice.Dispose();
        }
        Assert.Equal(1000, rows);
    }

    [Fact]
    public void A_slice_takes_fewer_rows_when_a_dictionary_has_large_values()
    {
        var column = Texts(rows: 1000, length: 10_000);
        column = column with { Values = [.. Enumerable.Repeat(column.Values[0], 1000)], Encoding = PageEncoding.RleDictionary };
        using var file = ParquetFile.Open(
            new MemoryByteSource("repeated", TestFile.Flat(column, 0, 1000)), new ParquetLimits { SliceBytes = 100_000 });
        using var reader = file.OpenRowGroup(0);
        var rows = 0;
        while (reader.ReadSlice() is { } slice)
        {
            Assert.InRange(slice.RetainedBytes, 1, 500_000);
            rows += slice.RowCount;
            slice.Dispose();
        }
        Assert.Equal(1000, rows);
    }

    [Fact]
    public void A_chunk_that_is_one_large_page_is_read_and_held_in_pieces()
    {
        var source = new CountingSource(TestFile.Flat(Texts(rows: 20_000, length: 300), 0, 20_000));
        using var file = ParquetFile.Open(source, new ParquetLimits { SliceRows = 5000, SliceBytes = 500_000, WholePagesBytes = 1 << 20 });
        using var reader = file.OpenRowGroup(0);
        var rows = 0;
        while (reader.ReadSlice() is { } slice)
        {
            Assert.InRange(slice.RetainedBytes, 1, 600_000);
            rows += slice.RowCount;
            slice.Dispose();
        }
        Assert.Equal(20_000, rows);
        Assert.True(source.Length > 6_000_000);
        Assert.InRange(source.LargestRead, 1, 256 << 10);
    }

    [Fact]
    public void Columns_with_pages_of_different_rows_give_slices_of_the_same_rows()
    {
        var random = new Random(8);
        var one = RoundTripTests.RandomColumn(random, PhysicalType.Int64, 0, -1, 5000) with { Path = ["a"], RowsPerPage = 37 };
        var two = RoundTripTests.RandomColumn(random, PhysicalType.ByteArray, 0, 0.3, 5000) with { Path = ["b"], RowsPerPage = 911 };
        var bytes = new TestFile(
            new TestNode("root", Repetition.Required, Children: 2),
            new TestNode("a", Repetition.Required, PhysicalType.Int64),
            new TestNode("b", Repetition.Optional, PhysicalType.ByteArray)).AddRowGroup(5000, one, two).ToArray();
        using var file = ParquetFile.Open(new MemoryByteSource("two", bytes), new ParquetLimits { SliceBytes = 4000 });
        using var reader = file.OpenRowGroup(0);
        int row = 0, value = 0;
        while (reader.ReadSlice() is { } slice)
        {
            Assert.All(slice.Columns, c => Assert.Equal(slice.RowCount, c.RowCount));
            for (var i = 0; i < slice.RowCount; i++, row++)
            {
                Assert.Equal(one.Values[row], BitConverter.GetBytes(slice.Columns[0].Int64s[i]));
                Assert.Equal(two.Definitions[row] == 0, slice.Columns[1].IsNull(i));
                if (two.Definitions[row] == 1) Assert.Equal(two.Values[value++], slice.Columns[1].Bytes(i).ToArray());
            }
            slice.Dispose();
        }
        Assert.Equal(5000, row);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Rows_that_are_passed_over_leave_the_others_as_they_are(bool version2, bool inPieces)
    {
        var random = new Random(10);
        for (var round = 0; round < 40; round++)
        {
            var one = RoundTripTests.RandomColumn(random, PhysicalType.Int64, 0, -1, 3000) with { Path = ["a"], RowsPerPage = random.Next(1, 900), Version2 = version2 };
            var two = RoundTripTests.RandomColumn(random, PhysicalType.ByteArray, 0, 0.3, 3000) with
            {
                Path = ["b"],
                RowsPerPage = random.Next(1, 4000),
                Version2 = version2,
                Encoding = random.Next(2) == 0 ? PageEncoding.Plain : PageEncoding.RleDictionary,
            };
            var lists = RoundTripTests.RandomLists(random, 3000) with { RowsPerPage = random.Next(100, 4000), Version2 = version2 };
            var bytes = new TestFile(
                new TestNode("root", Repetition.Required, Children: 3),
                new TestNode("a", Repetition.Required, PhysicalType.Int64),
                new TestNode("b", Repetition.Optional, PhysicalType.ByteArray),
                new TestNode("l", Repetition.Optional, Children: 1, Converted: 3),
                new TestNode("list", Repetition.Repeated, Children: 1),
                new TestNode("element", Repetition.Optional, PhysicalType.Int32)).AddRowGroup(3000, one, two, lists).ToArray();
            var limits = (inPieces ? RoundTripTests.InPieces : ParquetLimits.Default) with { SliceRows = random.Next(1, 4000) };
            using var file = ParquetFile.Open(new MemoryByteSource("skip", bytes), limits);
            var skipped = random.Next(0, 3001);

            var all = Lines(file, skipped: 0);
            Assert.Equal(3000, all.Length);
            Assert.Equal(all[skipped..], Lines(file, skipped));
        }
    }

    [Fact]
    public void Pages_of_rows_that_are_passed_over_are_not_read()
    {
        var source = new CountingSource(TestFile.Flat(Texts(rows: 10_000, length: 3000) with { RowsPerPage = 1000 }, 0, 10_000));
        using var file = ParquetFile.Open(source);
        using var reader = file.OpenRowGroup(0);
        reader.Skip(8500);
        Assert.Equal(8500, reader.RowsRead);
        using var slice = reader.ReadSlice()!;
        Assert.Equal(8500, slice.FirstRow);
        // Of each page of 3 MB, its header and what is read with it.
        for (var page = 0; page < 8; page++) Assert.False(source.WasRead((page * 3_004_000L) + (300 << 10), (page + 1) * 3_004_000L));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Skip(10_000));
    }

    [Fact]
    public void Empty_row_groups_and_many_small_ones_are_read_in_order()
    {
        var file = new TestFile(
            new TestNode("root", Repetition.Required, Children: 1), new TestNode("c", Repetition.Required, PhysicalType.Int32));
        for (var group = 0; group < 300; group++)
        {
            var count = group % 3;
            file.AddRowGroup(count, new TestColumn
            {
                Type = PhysicalType.Int32,
                Path = ["c"],
                Definitions = new int[count],
                Repetitions = new int[count],
                Values = [.. Enumerable.Range(0, count).Select(i => BitConverter.GetBytes((group * 10) + i))],
            });
        }
        using var open = ParquetFile.Open(new MemoryByteSource("groups", file.ToArray()));
        var expected = Enumerable.Range(0, 300).SelectMany(g => Enumerable.Range(0, g % 3).Select(i => $"{(g * 10) + i}"));
        Assert.Equal(expected, Canonical.Rows(open));
    }

    [Fact]
    public void Columns_decoded_in_parallel_give_the_same_slices()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "nested_v1.parquet"), new ParquetLimits { SliceRows = 17 });
        using var alone = file.OpenRowGroup(0);
        using var together = file.OpenRowGroup(0, parallelism: 4);
        while (alone.ReadSlice() is { } expected)
        {
            using var slice = together.ReadSlice()!;
            Assert.Equal(expected.RowCount, slice.RowCount);
            Assert.Equal(Text(file, expected), Text(file, slice));
            expected.Dispose();
        }
        Assert.Null(together.ReadSlice());
    }

    [Fact]
    public void An_error_in_parallel_is_the_same_error()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Corpora.Own, "types_zstd_v1.parquet"));
        using var whole = ParquetFile.Open(new MemoryByteSource("whole", bytes));
        bytes[(int)whole.Metadata.RowGroups[0].Columns[5].FirstPageOffset] ^= 0xFF;
        using var file = ParquetFile.Open(new MemoryByteSource("broken", bytes));
        var messages = new[] { 1, 4 }.Select(parallelism =>
        {
            using var reader = file.OpenRowGroup(0, parallelism: parallelism);
            return Assert.Throws<ParquetException>(() => reader.ReadSlice()).Message;
        }).ToArray();
        Assert.Equal(messages[0], messages[1]);
    }

    [Fact]
    public void A_cancelled_read_stops()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "one_row.parquet"));
        using var reader = file.OpenRowGroup(0);
        Assert.Throws<OperationCanceledException>(() => reader.ReadSlice(new CancellationToken(canceled: true)));
    }

    [Fact]
    public void The_footer_tells_what_inspecting_needs()
    {
        using var file = ParquetFile.Open(Path.Combine(Corpora.Own, "types_zstd_v1.parquet"));
        Assert.Contains("DuckDB", file.Metadata.CreatedBy, StringComparison.Ordinal);
        var group = Assert.Single(file.Metadata.RowGroups);
        var id = group.Columns[0];
        Assert.Equal(CompressionCodec.Zstd, id.Codec);
        Assert.Equal(40, id.ValueCount);
        Assert.Equal(0L, BitConverter.ToInt64(id.Statistics!.Min!.Value.Span));
        Assert.Equal(39L, BitConverter.ToInt64(id.Statistics.Max!.Value.Span));
        Assert.Equal(new LogicalType(LogicalKind.Decimal) { Precision = 38, Scale = 3 }, file.Schema.Find("dec38")!.Node.LogicalType);
        Assert.Equal(new LogicalType(LogicalKind.Timestamp) { Unit = TimeUnit.Micros, IsAdjustedToUtc = true }, file.Schema.Find("tstz")!.Node.LogicalType);
        Assert.Equal(LogicalKind.Uuid, file.Schema.Find("uuid_")!.Node.LogicalType.Kind);
    }

    private static string[] Lines(ParquetFile file, int skipped)
    {
        using var reader = file.OpenRowGroup(0);
        reader.Skip(skipped);
        var lines = new List<string>();
        var text = new StringBuilder();
        while (reader.ReadSlice() is { } slice)
        {
            using var read = slice;
            var fields = file.Schema.Fields.Select(f => new NestedReader(slice, f)).ToArray();
            for (var row = 0; row < slice.RowCount; row++)
            {
                Canonical.WriteRow(slice, fields, row, text.Clear());
                lines.Add(text.ToString());
            }
        }
        return [.. lines];
    }

    private static string Text(ParquetFile file, RowSlice slice)
    {
        var text = new StringBuilder();
        var fields = file.Schema.Fields.Select(f => new NestedReader(slice, f)).ToArray();
        for (var row = 0; row < slice.RowCount; row++) Canonical.WriteRow(slice, fields, row, text);
        return text.ToString();
    }

    private static TestColumn Texts(int rows, int length)
    {
        var random = new Random(9);
        return new TestColumn
        {
            Type = PhysicalType.ByteArray,
            Path = ["c"],
            Definitions = new int[rows],
            Repetitions = new int[rows],
            Values = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat((byte)random.Next(256), length).ToArray())],
        };
    }
}
