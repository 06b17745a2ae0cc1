using System.Security.Cryptography;
using Ingest.Formats.Parquet;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Sources;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>Blocks cover a file once, and a load can go on from any row of any of them.</summary>
public sealed class ParquetBlockReaderTests : IDisposable
{
    private static readonly int[] Groups = [100, 0, 9000, 1, 20_000, 0, 899];

    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("ingest-parquet-").FullName, "r.parquet");

    public ParquetBlockReaderTests() =>
        File.WriteAllBytes(path, ParquetRows.File([.. Enumerable.Range(0, 30_000).Select(i => ((long)i, (string?)$"text {i}"))], Groups, 800));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void The_blocks_are_the_rows_in_order_and_the_checksum_is_the_files(int parallelism)
    {
        using var reader = Open(parallelism);
        reader.SkipTo(default, default);

        Assert.Equal(Enumerable.Range(0, 30_000).Select(i => (long)i), Blocks(reader).SelectMany(Ids));
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(path)), reader.Checksum);
        Assert.Equal(new FileInfo(path).Length, reader.BytesRead);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_point_inside_any_block_leads_to_the_row_after_it(int seed)
    {
        var random = new Random(seed);
        using var all = Open();
        all.SkipTo(default, default);
        var points = new List<RestartPoint>();
        foreach (var block in Blocks(all).Cast<ParquetBlock>())
        {
            points.AddRange([block.Start, block.End, block.PointAt(random.Next(block.Slice.RowCount), 0)]);
            block.Release();
        }
        foreach (var point in points)
        {
            using var again = Open(parallelism: 1 + random.Next(3));
            again.SkipTo(point, default);
            again.Verify(points.Where(p => p.Position >= point.Position), default);
            var rest = Blocks(again).SelectMany(Ids).ToArray();
            Assert.Equal(30_000 - point.Position, rest.Length);
            Assert.Equal(Enumerable.Range((int)point.Position, rest.Length).Select(i => (long)i), rest);
        }
    }

    [Fact]
    public void A_change_is_told_where_a_point_lies_behind_it_and_only_there()
    {
        using var reader = Open();
        reader.SkipTo(default, default);
        var ends = Blocks(reader).Select(Released).Select(b => b.End).ToArray();
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.AsSpan().IndexOf("text 20000"u8)] ^= 1;
        File.WriteAllBytes(path, bytes);

        foreach (var point in ends)
        {
            using var again = Open();
            var failure = Record.Exception(() => again.SkipTo(point, default));
            // The change is in the row group that begins with row 9101.
            if (point.Position <= 9101) Assert.Null(failure);
            else Assert.Equal("file_changed", Assert.IsType<SourceException>(failure).Code);
        }
        using var first = Open();
        first.SkipTo(ends[0], default);
        Assert.Throws<SourceException>(() => first.Verify(ends, default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void The_rows_before_a_damaged_row_group_are_given_before_the_error(int parallelism)
    {
        File.WriteAllBytes(path, ParquetRows.File([.. Enumerable.Range(0, 30_000).Select(i => ((long)i, (string?)$"text {i}"))], [500]));
        var bytes = File.ReadAllBytes(path);
        // Its pages have checksums; it is the group of the rows from 15,000 to 15,499.
        bytes[bytes.AsSpan().IndexOf("text 15250"u8)] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var reader = Open(parallelism);
        reader.SkipTo(default, default);

        var ids = new List<long>();
        var failure = Assert.Throws<SourceException>(() =>
        {
            while (reader.Read(default) is { } block) ids.AddRange(Ids(block));
        });

        Assert.Equal("parquet_checksum", failure.Code);
        Assert.Equal(Enumerable.Range(0, 15_000).Select(i => (long)i), ids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_reader_can_be_left_and_cancelled_while_row_groups_are_decoded_ahead(int parallelism)
    {
        File.WriteAllBytes(path, ParquetRows.File([.. Enumerable.Range(0, 30_000).Select(i => ((long)i, (string?)$"text {i}"))], [300]));
        using (var left = Open(parallelism))
        {
            left.SkipTo(default, default);
            Assert.Equal(300, Ids(left.Read(default)!).Length);
        }
        using var cancelled = Open(parallelism);
        cancelled.SkipTo(default, default);
        using var stop = new CancellationTokenSource();
        cancelled.Read(stop.Token)!.Release();
        stop.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            while (cancelled.Read(stop.Token) is { } block) block.Release();
        });
    }

    [Fact]
    public void A_block_is_of_bounded_size_however_large_the_row_group()
    {
        var text = new string('x', 2000);
        File.WriteAllBytes(path, ParquetRows.File([.. Enumerable.Range(0, 30_000).Select(i => ((long)i, (string?)text))], [30_000], 500));
        using var reader = Open();
        reader.SkipTo(default, default);

        var sizes = Blocks(reader).Select(Released).Select(b => b.RetainedBytes).ToArray();

        Assert.True(sizes.Length >= 6, $"{sizes.Length} blocks");
        Assert.All(sizes, size => Assert.InRange(size, 1, 10 << 20));
    }

    private ParquetBlockReader Open(int parallelism = 1) => ParquetProbe.Open(SourceFile.Local(path)).Read([(0, false), (1, false)], parallelism);

    private static IEnumerable<RecordBlock> Blocks(ParquetBlockReader reader)
    {
        while (reader.Read(default) is { } block) yield return block;
    }

    private static RecordBlock Released(RecordBlock block)
    {
        block.Release();
        return block;
    }

    private static long[] Ids(RecordBlock block)
    {
        var parquet = (ParquetBlock)block;
        var ids = parquet.Slice.Columns[0].Int64s.ToArray();
        block.Release();
        return ids;
    }
}
