using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

/// <summary>What small files claim is held against their bytes, and against the limits, before memory is taken for it.</summary>
public sealed class LimitTests
{
    private static readonly byte[] Magic = "PAR1"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData(100)]
    public void A_file_without_magic_bytes_is_not_Parquet(int length)
    {
        var error = Assert.Throws<ParquetException>(() => Open(new byte[length]));
        Assert.Equal(length == 0 ? ParquetError.Truncated : ParquetError.NotParquet, error.Error);
    }

    [Fact]
    public void A_file_without_its_end_is_called_truncated()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Corpora.Own, "one_row.parquet"));
        Assert.Equal(ParquetError.Truncated, Assert.Throws<ParquetException>(() => Open(bytes[..^10])).Error);
    }

    [Theory]
    [InlineData(0x7FFFFFFF)]
    [InlineData(unchecked((int)0xFFFFFFFF))]
    [InlineData(1000)]
    public void A_footer_longer_than_the_file_is_an_error(int length) =>
        Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => Open([.. Magic, .. new byte[50], .. BitConverter.GetBytes(length), .. Magic])).Error);

    [Fact]
    public void A_footer_over_the_limit_is_not_read()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Corpora.Own, "one_row.parquet"));
        var error = Assert.Throws<ParquetException>(() => Open(bytes, new ParquetLimits { MaxFooterBytes = 100 }));
        Assert.Equal(ParquetError.Limit, error.Error);
        Assert.Contains("limit", error.Message, StringComparison.Ordinal);
        Assert.Contains("fewer columns", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_list_that_declares_billions_of_elements_takes_no_memory()
    {
        var footer = new CompactWriter().I32(1, 1).List(2, 12, 2_000_000_000).Stop().ToArray();
        AssertLittleMemory(() => Assert.Throws<ParquetException>(() => Open(WithFooter(footer))));
    }

    [Fact]
    public void Metadata_nested_without_end_is_an_error_and_no_stack_overflow()
    {
        var writer = new CompactWriter().I32(1, 1);
        for (var i = 0; i < 100_000; i++) writer.Begin(20);
        Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => Open(WithFooter(writer.ToArray()))).Error);
    }

    [Fact]
    public void A_schema_deeper_than_the_limit_is_an_error()
    {
        var nodes = Enumerable.Range(0, 5000).Select(i => new TestNode("g" + i, Repetition.Optional, Children: 1))
            .Append(new TestNode("leaf", Repetition.Required, PhysicalType.Int32));
        Assert.Equal(ParquetError.Limit, Assert.Throws<ParquetException>(() => Open(new TestFile(nodes).ToArray())).Error);
    }

    [Fact]
    public void A_hundred_thousand_columns_open_and_one_of_them_reads()
    {
        const int Columns = 100_000;
        var column = new TestColumn { Type = PhysicalType.Int32, Path = ["c"], Definitions = [0], Repetitions = [0], Values = [BitConverter.GetBytes(7)] };
        var nodes = Enumerable.Range(0, Columns).Select(_ => new TestNode("c", Repetition.Required, PhysicalType.Int32));
        var bytes = new TestFile([new TestNode("root", Repetition.Required, Children: Columns), .. nodes])
            .AddRowGroup(1, Enumerable.Repeat(column, Columns)).ToArray();
        using var file = Open(bytes);
        using var reader = file.OpenRowGroup(0, [file.Schema.Fields[^1]]);
        using var slice = reader.ReadSlice()!;
        Assert.Equal(7, slice.Columns[0].Int32s[0]);
    }

    [Fact]
    public void Chunks_that_claim_the_same_bytes_many_times_are_an_error()
    {
        var column = new TestColumn { Type = PhysicalType.ByteArray, Path = ["c"], Definitions = [0], Repetitions = [0], Values = [new byte[5000]] };
        var one = TestFile.Flat(column, 0, 1);
        var footer = new CompactWriter().I32(1, 1).List(2, 12, 101);
        footer.BeginElement().Text(4, "root").I32(5, 100).End();
        for (var i = 0; i < 100; i++) footer.BeginElement().I32(1, 6).I32(3, 0).Text(4, "c").End();
        footer.I64(3, 1).List(4, 12, 1).BeginElement().List(1, 12, 100);
        for (var i = 0; i < 100; i++)
            footer.BeginElement().Begin(3).I32(1, 6).I32(4, 0).I64(5, 1).I64(6, 5000).I64(7, 5000).I64(9, 4).End().End();
        footer.I64(2, 1).I64(3, 1).End().Stop();
        var tail = footer.ToArray();
        using var file = Open([.. one, .. tail, .. BitConverter.GetBytes(tail.Length), .. Magic]);
        Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => file.OpenRowGroup(0)).Error);
    }

    [Theory]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Lz4Raw)]
    public void A_page_that_declares_more_than_its_codec_can_hold_takes_no_memory(CompressionCodec codec)
    {
        var bytes = OnePage(header => header.I32(1, 0).I32(2, 100 << 20).I32(3, 30).Begin(5).I32(1, 1).I32(2, 0).I32(3, 3).I32(4, 3).End(), codec);
        AssertLittleMemory(() => Assert.Equal(ParquetError.Corrupt, Assert.Throws<ParquetException>(() => ReadAll(bytes)).Error));
    }

    [Fact]
    public void A_dictionary_page_over_its_limit_is_an_error()
    {
        var bytes = OnePage(header => header.I32(1, 2).I32(2, 65 << 20).I32(3, 30).Begin(7).I32(1, 1).I32(2, 0).End(), CompressionCodec.Brotli);
        var error = Assert.Throws<ParquetException>(() => ReadAll(bytes));
        Assert.Equal(ParquetError.Limit, error.Error);
        Assert.Equal("c", error.Column);
        Assert.Equal(0, error.RowGroup);
        Assert.Equal(4, error.Offset);
    }

    [Theory]
    [InlineData(-1, 30)]
    [InlineData(30, -1)]
    [InlineData(30, 1000)]
    [InlineData(int.MinValue, int.MaxValue)]
    public void A_page_of_impossible_size_is_an_error(int uncompressed, int compressed)
    {
        var bytes = OnePage(
            header => header.I32(1, 0).I32(2, uncompressed).I32(3, compressed).Begin(5).I32(1, 1).I32(2, 0).I32(3, 3).I32(4, 3).End(), CompressionCodec.Uncompressed);
        Assert.Throws<ParquetException>(() => ReadAll(bytes));
    }

    [Fact]
    public void Billions_of_nulls_in_a_few_bytes_come_slice_by_slice()
    {
        // A run of 2^31 - 1 zeros as definition levels, with its length.
        byte[] levels = [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x00];
        var bytes = OnePage(
            header => header.I32(1, 0).I32(2, levels.Length).I32(3, levels.Length).Begin(5).I32(1, int.MaxValue).I32(2, 0).I32(3, 3).I32(4, 3).End(),
            CompressionCodec.Uncompressed, levels, rows: int.MaxValue, Repetition.Optional);
        AssertLittleMemory(() =>
        {
            using var file = Open(bytes);
            using var reader = file.OpenRowGroup(0);
            for (var i = 0; i < 20; i++)
            {
                using var slice = reader.ReadSlice()!;
                Assert.Equal(slice.RowCount, slice.Columns[0].NullCount);
            }
        });
    }

    [Fact]
    public void A_row_of_billions_of_entries_is_a_limit_error()
    {
        // One row: the first entry begins it, the rest continue it.
        byte[] repetitions = [8, 0, 0, 0, 0x02, 0x00, 0xFC, 0xFF, 0xFF, 0xFF, 0x0F, 0x01];
        byte[] definitions = [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0x01];
        byte[] body = [.. repetitions, .. definitions, 1, 0, 0, 0];
        var bytes = OnePage(
            header => header.I32(1, 0).I32(2, body.Length).I32(3, body.Length).Begin(5).I32(1, int.MaxValue - 1).I32(2, 0).I32(3, 3).I32(4, 3).End(),
            CompressionCodec.Uncompressed, body, rows: 1, Repetition.Repeated, values: int.MaxValue - 1);
        using var file = Open(bytes, new ParquetLimits { MaxRowEntries = 100_000 });
        using var reader = file.OpenRowGroup(0);
        Assert.Equal(ParquetError.Limit, Assert.Throws<ParquetException>(() => reader.ReadSlice()).Error);
    }

    [Fact]
    public void Delta_encoded_prefixes_cannot_grow_past_the_limit()
    {
        // Each value is the one before and one more byte: 2,000 values of up to 2,000 bytes out of 2,000.
        var values = Enumerable.Range(1, 2000).Select(n => Enumerable.Repeat((byte)65, n).ToArray()).ToArray();
        var column = new TestColumn
        {
            Type = PhysicalType.ByteArray,
            Path = ["c"],
            Definitions = new int[2000],
            Repetitions = new int[2000],
            Values = values,
            Encoding = PageEncoding.DeltaByteArray,
        };
        var bytes = TestFile.Flat(column, 0, 2000);
        using var file = Open(bytes, new ParquetLimits { MaxPageBytes = 1_000_000 });
        using var reader = file.OpenRowGroup(0);
        Assert.Equal(ParquetError.Limit, Assert.Throws<ParquetException>(() => reader.ReadSlice()).Error);
    }

    [Theory]
    [InlineData(3, "LZO")]
    [InlineData(99, "99")]
    public void An_unknown_codec_is_named(int codec, string name)
    {
        var bytes = OnePage(header => header.I32(1, 0).I32(2, 4).I32(3, 4).Begin(5).I32(1, 1).I32(2, 0).End(), (CompressionCodec)codec);
        var error = Assert.Throws<ParquetException>(() => ReadAll(bytes));
        Assert.Equal(ParquetError.Unsupported, error.Error);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_encoding_is_named()
    {
        var bytes = OnePage(header => header.I32(1, 0).I32(2, 4).I32(3, 4).Begin(5).I32(1, 1).I32(2, 77).I32(3, 3).I32(4, 3).End(), CompressionCodec.Uncompressed);
        var error = Assert.Throws<ParquetException>(() => ReadAll(bytes));
        Assert.Equal(ParquetError.Unsupported, error.Error);
        Assert.Contains("77", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_an_error_of_the_same_type()
    {
        var error = Assert.Throws<ParquetException>(() => ParquetFile.Open("/nowhere/at all.parquet"));
        Assert.Equal("parquet_io", error.Code);
    }

    [Fact]
    public void A_second_schema_in_the_footer_is_an_error()
    {
        var bytes = TestFile.Flat(Number(7), 0, 1);
        var length = BitConverter.ToInt32(bytes.AsSpan(bytes.Length - 8));
        var second = new CompactWriter().List(2, 12, 3)
            .BeginElement().Text(4, "root").I32(5, 2).End()
            .BeginElement().I32(1, 1).Text(4, "c").End()
            .BeginElement().I32(1, 1).Text(4, "d").End()
            .Stop().ToArray();
        // Its head says a step of two fields; the footer's last is the sixth, so that the id stands on its own.
        byte[] footer = [.. bytes[^(length + 8)..^9], 9, 4, .. second[1..]];
        byte[] crafted = [.. bytes[..^(length + 8)], .. footer, .. BitConverter.GetBytes(footer.Length), .. Magic];
        var error = Assert.Throws<ParquetException>(() => Open(crafted));
        Assert.Equal(ParquetError.Corrupt, error.Error);
        Assert.Equal("limits", error.File);
    }

    [Fact]
    public void A_page_that_is_of_another_type_after_its_details_is_an_error()
    {
        // The lengths of levels that only version 2 has, and that are far longer than the page.
        var bytes = OnePage(
            header => header.I32(1, 3).I32(2, 30).I32(3, 30)
                .Begin(8).I32(1, 1).I32(2, 0).I32(3, 1).I32(4, 0).I32(5, 100_000).I32(6, 0).End().I32(1, 0),
            CompressionCodec.Snappy);
        var error = Assert.Throws<ParquetException>(() => ReadAll(bytes));
        Assert.Equal(ParquetError.Corrupt, error.Error);
        Assert.Equal(("c", 0, 4L), (error.Column, error.RowGroup, error.Offset));
        Assert.Null(error.InnerException);
    }

    [Fact]
    public void Whatever_decoding_runs_into_is_an_error_with_its_place()
    {
        var bytes = TestFile.Flat(Number(7), 0, 1);
        using var file = ParquetFile.Open(new FailingSource(bytes, new ArgumentOutOfRangeException()));
        using var reader = file.OpenRowGroup(0);
        var error = Assert.Throws<ParquetException>(() => reader.ReadSlice());
        Assert.Equal(ParquetError.Corrupt, error.Error);
        Assert.Equal(("failing", "c", 0, 4L), (error.File, error.Column, error.RowGroup, error.Offset));
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void What_says_nothing_of_the_file_is_no_error_of_the_file()
    {
        using var file = ParquetFile.Open(new FailingSource(TestFile.Flat(Number(7), 0, 1), new ObjectDisposedException("source")));
        using var reader = file.OpenRowGroup(0);
        Assert.Throws<ObjectDisposedException>(() => reader.ReadSlice());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Pages_that_must_be_whole_are_bounded_for_all_columns_together(int parallelism)
    {
        // Eight columns of gzip, each a page of 100,000 bytes of bits.
        const int Rows = 800_000;
        var column = new TestColumn
        {
            Type = PhysicalType.Boolean,
            Path = ["c"],
            Definitions = new int[Rows],
            Repetitions = new int[Rows],
            Values = [.. Enumerable.Repeat(new byte[1], Rows)],
            Codec = CompressionCodec.Gzip,
        };
        var nodes = Enumerable.Repeat(new TestNode("c", Repetition.Required, PhysicalType.Boolean), 8);
        var bytes = new TestFile([new TestNode("root", Repetition.Required, Children: 8), .. nodes])
            .AddRowGroup(Rows, Enumerable.Repeat(column, 8)).ToArray();

        var enough = new ParquetLimits { HeldBytesPerColumn = 40_000, MaxHeldBytes = 8 * 60_000 };
        Assert.Equal(Rows, RowsOf(bytes, enough, parallelism));
        var error = Assert.Throws<ParquetException>(() => RowsOf(bytes, enough with { MaxHeldBytes = enough.MaxHeldBytes - 1 }, parallelism));
        Assert.Equal(ParquetError.Limit, error.Error);
        Assert.Equal("c", error.Column);
        Assert.Contains("load fewer of its columns", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PageEncoding.RleDictionary)]
    [InlineData(PageEncoding.DeltaByteArray)]
    [InlineData(PageEncoding.Plain)]
    public void Dictionaries_and_values_with_buffers_of_their_own_count_too_and_are_given_back(PageEncoding encoding)
    {
        var column = new TestColumn
        {
            Type = PhysicalType.ByteArray,
            Path = ["c"],
            Definitions = new int[400],
            Repetitions = new int[400],
            Values = [.. Enumerable.Range(0, 400).Select(i => Enumerable.Repeat((byte)i, 1000).ToArray())],
            Encoding = encoding,
            RowsPerPage = 100,
        };
        var file = new TestFile(
            new TestNode("root", Repetition.Required, Children: 1), new TestNode("c", Repetition.Required, PhysicalType.ByteArray));
        for (var group = 0; group < 5; group++) file.AddRowGroup(400, column);
        var bytes = file.ToArray();

        // In one row group after the other they are more than this.
        var enough = new ParquetLimits { HeldBytesPerColumn = 0, MaxHeldBytes = 1_000_000 };
        Assert.Equal(2000, RowsOf(bytes, enough, 1));
        Assert.Equal(2000, RowsOf(bytes, enough with { WholePagesBytes = 0, SmallestPieces = 0 }, 1));
        Assert.Equal(ParquetError.Limit, Assert.Throws<ParquetException>(() => RowsOf(bytes, enough with { MaxHeldBytes = 50_000 }, 1)).Error);
    }

    private static ParquetFile Open(byte[] bytes, ParquetLimits? limits = null) => ParquetFile.Open(new MemoryByteSource("limits", bytes), limits);

    private static void ReadAll(byte[] bytes)
    {
        using var file = Open(bytes);
        Assert.NotEmpty(Canonical.Rows(file));
    }

    private static long RowsOf(byte[] bytes, ParquetLimits limits, int parallelism)
    {
        using var file = Open(bytes, limits);
        var rows = 0L;
        for (var group = 0; group < file.Metadata.RowGroups.Count; group++)
        {
            using var reader = file.OpenRowGroup(group, parallelism: parallelism);
            while (reader.ReadSlice() is { } slice)
            {
                rows += slice.RowCount;
                slice.Dispose();
            }
        }
        return rows;
    }

    private static TestColumn Number(int value) => new()
    {
        Type = PhysicalType.Int32,
        Path = ["c"],
        Definitions = [0],
        Repetitions = [0],
        Values = [BitConverter.GetBytes(value)],
    };

    private static byte[] WithFooter(byte[] footer) => [.. Magic, .. footer, .. BitConverter.GetBytes(footer.Length), .. Magic];

    // A file of one INT32 column with one page, of which the test writes the header.
    private static byte[] OnePage(
        Func<CompactWriter, CompactWriter> header, CompressionCodec codec, byte[]? body = null, long rows = 1,
        Repetition repetition = Repetition.Required, long? values = null)
    {
        byte[] page = [.. header(new CompactWriter()).Stop().ToArray(), .. body ?? new byte[30]];
        var footer = new CompactWriter().I32(1, 1).List(2, 12, 2)
            .BeginElement().Text(4, "root").I32(5, 1).End()
            .BeginElement().I32(1, 1).I32(3, (int)repetition).Text(4, "c").End()
            .I64(3, rows).List(4, 12, 1).BeginElement().List(1, 12, 1).BeginElement()
            .Begin(3).I32(1, 1).I32(4, (int)codec).I64(5, values ?? rows).I64(6, page.Length).I64(7, page.Length).I64(9, 4).End().End()
            .I64(2, page.Length).I64(3, rows).End().Stop().ToArray();
        return [.. Magic, .. page, .. footer, .. BitConverter.GetBytes(footer.Length), .. Magic];
    }

    private static void AssertLittleMemory(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    /// <summary>Fails where pages are, in whichever way.</summary>
    private sealed class FailingSource(byte[] bytes, Exception failure) : ByteSource
    {
        public override string Name => "failing";

        public override long Length => bytes.Length;

        protected override int ReadSome(long offset, Span<byte> destination)
        {
            if (offset == 4) throw failure;
            bytes.AsSpan((int)offset, destination.Length).CopyTo(destination);
            return destination.Length;
        }
    }
}
