using System.Security.Cryptography;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;
using Ingest.Manifest;
using Ingest.Sources;
using Ingest.Tests.Sources;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvBlockReaderTests
{
    private const int NoLimit = int.MaxValue;

    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(1000).WithEndSize(60);

    /// <summary>A record, the line it is said to start on, and the place in the file.</summary>
    private sealed record PlacedRecord(TokenizedRecord Record, long Line, long Position);

    [Fact]
    public void Blocks_of_any_size_hold_the_same_records_at_the_same_places()
    {
        var cases = from c in CsvTexts.DialectsAndBytes from size in Gen.Choose(1, 80) select (c.Dialect, c.Text, Size: size);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using var whole = Open(c.Text, c.Dialect);
            using var cut = Open(c.Text, c.Dialect, blockSize: c.Size);
            Assert.Equal(Records(whole, c.Dialect), Records(cut, c.Dialect));
            Assert.Equal(SHA256.HashData(c.Text), cut.Checksum);
        }).Check(Many);
    }

    [Fact]
    public void Each_end_of_a_block_tells_offset_line_and_hash_of_what_is_before_it()
    {
        var cases = from c in CsvTexts.DialectsAndBytes from size in Gen.Choose(1, 80) select (c.Dialect, c.Text, Size: size);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using var reader = Open(c.Text, c.Dialect, blockSize: c.Size);
            reader.SkipTo(default, CancellationToken.None);
            long position = 0;
            while (reader.Read(CancellationToken.None) is CsvBlock block)
            {
                Assert.Equal(position, block.Start.Position);
                Assert.True(block.Content.SequenceEqual(c.Text.AsSpan((int)position, block.Length)));
                position += block.Length;
                Assert.Equal(position, block.End.Position);
                foreach (var end in (RestartPoint[])[block.Start, block.End])
                {
                    Assert.Equal(Lines(c.Text.AsSpan(0, (int)end.Position)), end.Line);
                    Assert.Equal(SHA256.HashData(c.Text.AsSpan(0, (int)end.Position)), end.PrefixHash.ToArray());
                }
                block.Release();
            }
            Assert.Equal(c.Text.Length, position);
        }).Check(Many);
    }

    [Fact]
    public void From_a_restart_point_the_remainder_is_read_whatever_the_size_of_the_blocks_then()
    {
        var cases = from c in CsvTexts.DialectsAndBytes
                    from size in Gen.Choose(1, 80)
                    from later in Gen.Choose(1, 80)
                    select (c.Dialect, c.Text, Size: size, Later: later);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            using var first = Open(c.Text, c.Dialect, blockSize: c.Size);
            first.SkipTo(default, CancellationToken.None);
            while (first.Read(CancellationToken.None) is { } block)
            {
                using var resumed = Open(c.Text, c.Dialect, blockSize: c.Later);
                resumed.SkipTo(block.End, CancellationToken.None);
                using var whole = Open(c.Text, c.Dialect);
                Assert.Equal(Records(whole, c.Dialect).Where(r => r.Position >= block.End.Position), Records(resumed, c.Dialect));
                Assert.Equal(SHA256.HashData(c.Text), resumed.Checksum);
                block.Release();
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithEndSize(40));
    }

    [Fact]
    public void A_header_is_passed_over_and_counted()
    {
        var text = "id\r\n1\r\n2\r\n"u8.ToArray();
        using var reader = Open(text, CsvTexts.Rfc4180, preamble: 4);
        reader.SkipTo(default, CancellationToken.None);
        var block = reader.Read(CancellationToken.None)!;
        Assert.Equal((4, 1), (block.Start.Position, block.Start.Line));
        Assert.Equal((10, 3), (block.End.Position, block.End.Line));
        Assert.Equal((2, 4), (block.Raw(0, 1).Line, block.Raw(0, 1).Position));
        Assert.Equal((3, 7), (block.Raw(3, 1).Line, block.Raw(3, 1).Position));
        block.Release();
    }

    [Fact]
    public void A_byte_order_mark_is_in_the_hash_and_in_the_places_that_are_told_and_not_in_the_restart_points()
    {
        byte[] stored = [0xEF, 0xBB, 0xBF, .. "1\n2\n"u8];
        using var reader = Open(stored, CsvTexts.Rfc4180, blockSize: 2);
        reader.SkipTo(default, CancellationToken.None);
        var block = reader.Read(CancellationToken.None)!;
        Assert.Equal(2, block.End.Position);
        Assert.Equal(3, block.Raw(0, 1).Position);
        Assert.Equal(SHA256.HashData(stored.AsSpan(0, 5)), block.End.PrefixHash.ToArray());
        block.Release();
        Assert.Single(Records(reader, CsvTexts.Rfc4180));
        Assert.Equal(SHA256.HashData(stored), reader.Checksum);
    }

    [Fact]
    public void What_was_read_already_comes_first()
    {
        var text = StoredBytes.Csv(100);
        var source = StoredBytes.Open(text, hash: false);
        var head = new byte[777];
        Assert.Equal(head.Length, source.Read(head));
        using var reader = new CsvBlockReader(source, head, "data.csv", CsvTexts.Rfc4180, 0, NoLimit, 500);
        using var whole = Open(text, CsvTexts.Rfc4180);
        Assert.Equal(Records(whole, CsvTexts.Rfc4180), Records(reader, CsvTexts.Rfc4180));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(57)]
    public void A_changed_prefix_is_refused(int at)
    {
        var text = StoredBytes.Csv(10);
        using var first = Open(text, CsvTexts.Rfc4180, blockSize: 64);
        first.SkipTo(default, CancellationToken.None);
        var block = first.Read(CancellationToken.None)!;
        block.Release();
        text[at] ^= 1;
        using var changed = Open(text, CsvTexts.Rfc4180);
        var error = Assert.Throws<SourceException>(() => changed.SkipTo(block.End, CancellationToken.None));
        Assert.Contains("--restart", error.Message, StringComparison.Ordinal);
        using var shorter = Open(text[..(int)(block.End.Position - 1)], CsvTexts.Rfc4180);
        Assert.Contains("ends at byte", Assert.Throws<SourceException>(() => shorter.SkipTo(block.End, CancellationToken.None)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unclosed_quote_is_an_error_that_names_the_line_that_opened_it()
    {
        var cases = from before in Gen.Choose(0, 60)
                    from after in Gen.Choose(300, 900)
                    from size in Gen.Choose(1, 400)
                    from lineBreak in Gen.Elements(CsvTexts.LineBreakKinds)
                    from escape in Gen.Elements('"', '\\')
                    select (before, after, size, lineBreak, escape);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            // Values with closed quotes and line breaks on the way, then a quote that swallows the rest.
            var lines = Enumerable.Range(0, c.before).Select(i => i % 5 == 0 ? $"\"{i}{c.lineBreak}\",x" : $"{i},\"x,y\"").ToList();
            var start = string.Concat(lines.Select(l => l + c.lineBreak)) + "7,";
            var text = Encoding.Latin1.GetBytes(start + "\"" + string.Concat(Enumerable.Repeat("z" + c.lineBreak, c.after)));
            using var reader = Open(text, CsvTexts.Rfc4180 with { Escape = (byte)c.escape }, blockSize: c.size, limit: 250);
            var error = Assert.Throws<SourceException>(() => Records(reader, CsvTexts.Rfc4180));
            var line = Lines(Encoding.Latin1.GetBytes(start)) + 1;
            Assert.Contains($"opened on line {line} (byte {start.Length})", error.Message, StringComparison.Ordinal);
        }).Check(Many);
    }

    [Fact]
    public void A_record_over_the_limit_is_an_error_wherever_the_blocks_are_cut()
    {
        var cases = from before in Gen.Choose(0, 40)
                    from length in Gen.Choose(180, 220)
                    from size in Gen.Choose(1, 190)
                    from isLast in Gen.Elements(true, false)
                    select (before, length, size, isLast);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            const int limit = 200;
            var start = string.Concat(Enumerable.Range(0, c.before).Select(i => $"{i}\n"));
            var text = Encoding.Latin1.GetBytes(start + new string('x', c.length) + (c.isLast ? "" : "\r\nafter\r\n"));
            using var reader = Open(text, CsvTexts.Rfc4180, blockSize: c.size, limit: limit);
            if (c.length <= limit)
            {
                Assert.Equal(c.before + (c.isLast ? 1 : 2), Records(reader, CsvTexts.Rfc4180).Count);
                return;
            }
            var error = Assert.Throws<SourceException>(() => Records(reader, CsvTexts.Rfc4180));
            Assert.Contains($"record on line {c.before + 1} (byte {start.Length}) is larger than {limit} bytes", error.Message, StringComparison.Ordinal);
        }).Check(Many);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"")]
    public void A_line_of_a_gibibyte_takes_no_more_memory_than_the_limit(string start)
    {
        const int limit = 8 << 20;
        var line = new EndlessLine(start, 1L << 30);
        var source = SourceStream.Open(SourceFile.Local("bomb.csv"), line, null, "utf-8", hashPassThrough: false);
        using var reader = new CsvBlockReader(source, default, "bomb.csv", CsvTexts.Rfc4180, 0, limit);
        reader.SkipTo(default, CancellationToken.None);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<SourceException>(() => reader.Read(CancellationToken.None));
        // Arrays of the pool are powers of two, and each larger one is taken before the smaller one goes back.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L * limit);
        Assert.InRange(line.Given, limit, limit + (2 << 20));
    }

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16le")]
    public void Points_that_are_far_apart_are_verified_by_reading_a_file_twice(string encoding)
    {
        var path = Path.GetTempFileName();
        try
        {
            var line = string.Concat(Enumerable.Repeat("0123456789", 5_000)) + "\n";
            File.WriteAllText(path, string.Concat(Enumerable.Range(0, 900).Select(i => i + line)), encoding == "utf-8" ? new UTF8Encoding(false) : new UnicodeEncoding(false, false));
            CsvBlockReader Again() => new(SourceStream.Open(SourceFile.Local(path), encoding, hashPassThrough: false), default, "data.csv", CsvTexts.Rfc4180, 0, NoLimit);
            var points = new List<RestartPoint>();
            using (var reader = Again())
            {
                reader.SkipTo(default, CancellationToken.None);
                while (reader.Read(CancellationToken.None) is { } block)
                {
                    points.Add(block.End);
                    block.Release();
                }
            }
            Assert.True(points[^2].Position - points[1].Position > 33 << 20);

            using var resumed = Again();
            resumed.SkipTo(points[1], CancellationToken.None);
            resumed.Verify([points[^2], points[50]], CancellationToken.None);
            var next = resumed.Read(CancellationToken.None)!;
            Assert.Equal(points[1].Position, next.Start.Position);
            Assert.Equal(points[2].PrefixHash.ToArray(), next.End.PrefixHash.ToArray());
            next.Release();

            using var changed = Again();
            changed.SkipTo(points[1], CancellationToken.None);
            var wrong = points[^2] with { PrefixHash = new byte[32] };
            Assert.Equal("file_changed", Assert.Throws<SourceException>(() => changed.Verify([wrong], CancellationToken.None)).Code);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static CsvBlockReader Open(
        byte[] text, CsvDialect dialect, int preamble = 0, int blockSize = CsvBlockReader.BlockSize, int limit = NoLimit) =>
        new(StoredBytes.Open(text, encoding: "utf-8", hash: false), default, "data.csv", dialect, preamble, limit, blockSize);

    private static List<PlacedRecord> Records(CsvBlockReader reader, CsvDialect dialect)
    {
        if (reader.Checksum.Length == 0) reader.SkipTo(default, CancellationToken.None);
        var records = new List<PlacedRecord>();
        while (reader.Read(CancellationToken.None) is CsvBlock block)
        {
            foreach (var record in Tokenized.Records(block, dialect, keepBlankLines: true, offset: 0))
            {
                var raw = block.Raw((int)record.Start, record.Raw.Length);
                Assert.Equal(record.Raw, Encoding.Latin1.GetString(raw.Bytes.Span));
                records.Add(new(record with { Start = block.Start.Position + record.Start }, raw.Line, raw.Position));
            }
            block.Release();
        }
        return records;
    }

    /// <summary>Counted the slow way: LF, CR LF and a lone CR each end a line.</summary>
    private static long Lines(ReadOnlySpan<byte> text)
    {
        var lines = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))) lines++;
        }
        return lines;
    }

    /// <summary>So many bytes without a line break, made as they are read.</summary>
    private sealed class EndlessLine(string start, long length) : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var read = (int)Math.Min(buffer.Length, length - Given);
            buffer[..read].Fill((byte)'x');
            for (var i = 0; Given == 0 && i < start.Length; i++) buffer[i] = (byte)start[i];
            Given += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
