using System.IO.Compression;
using System.Text;
using Ingest.Manifest;
using Ingest.Tests.Loading;
using Ingest.Tests.Sources;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Compressed files that are cut, damaged, extended, or far larger inside than outside.</summary>
public sealed class BrokenCompressionTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const int Records = 3000;
    private const string Count = "SELECT count(*) FROM t";
    private const string Large = "CREATE TABLE t (id int, name text, amount numeric)";

    private static readonly byte[] Small = "id,v\n1,a\n2,b\n"u8.ToArray();
    private static readonly byte[] Content = StoredBytes.Csv(Records);
    private static readonly byte[] EmptyMember = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    private static readonly byte[] LargeGzip = StoredBytes.Gzip(StoredBytes.Csv(120_000));
    private static readonly byte[] SmallGzip = StoredBytes.Gzip(Small);

    // As its compressor writes it, with a checksum: the zstd command need not be there.
    private static readonly byte[] SmallZstandard = System.Convert.FromBase64String("KLUv/QRYaQAAaWQsdgoxLGEKMixiCr/15No=");

    private static readonly BadInputTable Table = new(
        Stored("A gzip file loads whatever its name", "in.csv", SmallGzip, Loads("1|a", "2|b")),
        Stored("A text under the name of a gzip file is a text", "in.csv.gz", Small, Loads("1|a", "2|b")),
        Stored("Gzip members one after the other are one file", "in.gz", [.. StoredBytes.Gzip("id,v\n1,a\n2"u8.ToArray()), .. StoredBytes.Gzip(",b\n"u8.ToArray())], Loads("1|a", "2|b")),
        Stored("A thousand empty gzip members load nothing and take no time", "in.gz", [.. SmallGzip, .. Enumerable.Repeat(EmptyMember, 1000).SelectMany(m => m)], Loads("1|a", "2|b")),
        Stored("An empty file under the name of a gzip file is truncated", "in.csv.gz", [], Refused("truncated", "gzip", "byte 0")),
        Stored("One byte of gzip is truncated", "in.csv.gz", SmallGzip[..1], Refused("truncated", "gzip", "byte 1")),
        Stored("A gzip header alone is truncated", "in.csv.gz", SmallGzip[..10], Refused("truncated", "byte 10")),
        Stored("A gzip file without its trailer is truncated", "in.csv.gz", SmallGzip[..^8], Refused("truncated", $"byte {SmallGzip.Length - 8}")),
        Stored("A gzip file without its last byte is truncated", "in.csv.gz", SmallGzip[..^1], Refused("truncated", $"byte {SmallGzip.Length - 1}")),
        Stored("A gzip checksum that differs is corrupt", "in.csv.gz", Flipped(SmallGzip, SmallGzip.Length - 8), Refused("corrupt", "checksum differs", "member that begins at byte 0")),
        Stored("A gzip length that differs is corrupt", "in.csv.gz", Flipped(SmallGzip, SmallGzip.Length - 1), Refused("corrupt", "length differs")),
        Stored("Text behind a gzip member is garbage", "in.csv.gz", [.. SmallGzip, .. "id,v\n3,c\n"u8], Refused("corrupt", $"ends at byte {SmallGzip.Length}", "not gzip")),
        Stored("Zeros behind a gzip member are garbage", "in.csv.gz", [.. SmallGzip, .. new byte[512]], Refused("corrupt", $"ends at byte {SmallGzip.Length}")),
        Stored("A gzip file with an unknown method is corrupt", "in.csv.gz", Flipped(SmallGzip, 2), Refused("corrupt", "compression method")),
        Stored("A gzip file with reserved flags is corrupt", "in.csv.gz", [.. SmallGzip[..3], 0xE0, .. SmallGzip[4..]], Refused("corrupt", "reserved flags")),
        Stored("A gzip file name that never ends is truncated", "in.csv.gz", [0x1F, 0x8B, 8, 8, 0, 0, 0, 0, 0, 3, .. Enumerable.Repeat((byte)'n', 100_000)], Refused("truncated", "byte 100010")),
        Stored("A gzip block of a reserved type is corrupt", "in.csv.gz", [.. SmallGzip[..10], 0x07, .. SmallGzip[11..]], Refused("corrupt", "gzip")),
        Stored("A gzip file of an empty member is an empty file", "in.csv.gz", EmptyMember, Refused("empty_file")),
        Stored("A gzip file of a gzip file is not unpacked twice", "in.csv.gz.gz", StoredBytes.Gzip(StoredBytes.Gzip(Content)), Refused("unsupported", "compressed twice")),
        Stored("A gzip file of UTF-16 is read", "in.csv.gz", StoredBytes.Gzip([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,v\n1,ä\n")]), Loads("1|ä")),
        Stored("A bad record in a gzip file is placed in its content", "in.csv.gz", StoredBytes.Gzip("id,v\n1,a\nx,b\n"u8.ToArray()), Rejects(["1|a"], "2|3|9|id|22P02")),
        Stored("A gzip file that is cut in the middle owns up to what it committed", "in.csv.gz", LargeGzip[..(LargeGzip.Length * 3 / 4)],
            Fails(["True"], "truncated", $"byte {LargeGzip.Length * 3 / 4}"), Large) with { Job = j => j with { Concurrency = 1, ChunkSize = 20_000 }, Select = "SELECT count(*) > 0 FROM t" },

        Stored("A Brotli file is told by its name", "in.csv.br", StoredBytes.Brotli(Small), Loads("1|a", "2|b")),
        Stored("A Brotli file under another name is no text", "in.csv", StoredBytes.Brotli(Content), Refused("unknown_encoding"), Large),
        Stored("An empty file under the name of a Brotli file is truncated", "in.csv.br", [], Refused("truncated", "byte 0")),
        Stored("A Brotli file without its last byte is truncated", "in.csv.br", StoredBytes.Brotli(Content)[..^1], Refused("truncated", "Brotli"), Large),
        Stored("A Brotli file that is cut in half is truncated", "in.csv.br", Half(StoredBytes.Brotli(Content)), Refused("truncated", "Brotli"), Large),
        Stored("A Brotli file that begins with a flipped byte is corrupt", "in.csv.br", Flipped(StoredBytes.Brotli(Content), 0, 0xFF), Refused("corrupt", "Brotli"), Large),
        Stored("Text behind a Brotli stream is garbage", "in.csv.br", [.. StoredBytes.Brotli(Content), .. "id,v\n"u8], Refused("corrupt", "what follows is not Brotli"), Large),
        Stored("Two Brotli streams are not one file", "in.csv.br", [.. StoredBytes.Brotli(Content), .. StoredBytes.Brotli(Content)], Refused("corrupt", "what follows is not Brotli"), Large),

        Stored("A Zstandard file loads", "in.csv", SmallZstandard, Loads("1|a", "2|b")),
        Stored("Zstandard frames one after the other are one file", "in.zst", [.. SmallZstandard, .. Frame("3,c\n")], Loads("1|a", "2|b", "3|c")),
        Stored("A skippable Zstandard frame is skipped", "in.zst", [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3, .. SmallZstandard], Loads("1|a", "2|b")),
        Stored("An empty file under the name of a Zstandard file is truncated", "in.csv.zst", [], Refused("truncated", "Zstandard", "byte 0")),
        Stored("A Zstandard magic alone is truncated", "in.csv.zst", SmallZstandard[..4], Refused("truncated", "byte 4")),
        Stored("A Zstandard file without its checksum is truncated", "in.csv.zst", SmallZstandard[..^4], Refused("truncated", $"byte {SmallZstandard.Length - 4}")),
        Stored("A Zstandard file without its last byte is truncated", "in.csv.zst", SmallZstandard[..^1], Refused("truncated", $"byte {SmallZstandard.Length - 1}")),
        Stored("A Zstandard checksum that differs is corrupt", "in.csv.zst", Flipped(SmallZstandard, SmallZstandard.Length - 1), Refused("corrupt", "Zstandard")),
        Stored("A Zstandard file with a flipped byte is corrupt", "in.csv.zst", Flipped(SmallZstandard, 12), Refused("corrupt", "Zstandard")),
        Stored("Text behind a Zstandard frame is garbage", "in.csv.zst", [.. SmallZstandard, .. "id,v\n3,c\n"u8], Refused("corrupt", $"ends at byte {SmallZstandard.Length}", "not Zstandard")),
        Stored("A Zstandard window beyond the limit is refused", "in.csv.zst", [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA0, 1, 0, 0], Refused("window_too_large", "64 MiB", "--max-window", "byte 0")),

        Stored("A bzip2 file loads", "in.csv", StoredBytes.Bzip2(Small), Loads("1|a", "2|b")),
        Stored("A bzip2 file that is cut is truncated", "in.csv.bz2", StoredBytes.Bzip2(Content)[..500], Refused("truncated", "bzip2"), Large),
        Stored("A bzip2 file with a flipped byte is corrupt", "in.csv.bz2", Flipped(StoredBytes.Bzip2(Content), 3000), Refused("corrupt", "bzip2"), Large),
        Stored("An xz file is refused with the command that unpacks it", "in.csv.xz", [0xFD, .. "7zXZ"u8, 0, 0, 4, 0xE6, 0xD6], Refused("unsupported", "xz -dc")),
        Stored("A ZIP archive is refused with the command that unpacks it", "in.zip", [.. "PK\x03\x04"u8, 20, 0, 0, 0, 8, 0], Refused("unsupported", "unzip -p")),

        Stored("A gzip bomb of one endless line stops at the limit of a record", "bomb.gz", Bomb(s => new GZipStream(s, CompressionLevel.Fastest)), Fails("record_too_large", "line 2 (byte 5)", "--max-record-size")),
        Stored("A Brotli bomb of one endless line stops at the limit of a record", "bomb.br", Bomb(s => new BrotliStream(s, CompressionLevel.Fastest)), Fails("record_too_large", "line 2 (byte 5)")),
        Stored("A Zstandard bomb of one endless line stops at the limit of a record", "bomb.zst", ZstandardBomb(), Fails("record_too_large", "line 2 (byte 5)")),
        Stored("A Zstandard bomb in the header stops at the limit of a header", "bomb.zst", Frame(RunOf('x', 600)), Refused("record_too_large", "no end of the header")),
        Stored("A bomb in one quote names the line that opened it", "bomb.gz", Bomb(s => new GZipStream(s, CompressionLevel.Fastest), "id,v\n1,a\n2,\"", '\n'), Fails(["1|a"], "unclosed_quote", "line 3 (byte 11)")));

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    /// <summary>At every kilobyte, and at every byte of the first and last hundred where decoders have their headers and trailers.</summary>
    [SkippableTheory]
    [InlineData(".gz")]
    [InlineData(".br")]
    [InlineData(".bz2")]
    [InlineData(".zst")]
    public void A_cut_anywhere_is_found(string extension)
    {
        var stored = Store(extension, Content);
        var cuts = Enumerable.Range(0, stored.Length).Where(i => i % 1024 == 0 || i < 100 || i > stored.Length - 100);

        foreach (var cut in cuts)
        {
            var error = Record.Exception(() => StoredBytes.ReadAll(stored[..cut], "in.csv" + extension));
            Assert.True(error is SourceException { Code: "truncated" }, $"cut at {cut}: {error?.Message ?? "read as whole"}");
        }
    }

    /// <summary>Brotli has no checksum, and deflate none but its trailer's: what is not noticed there must not be a wrong length or a crash.</summary>
    [SkippableTheory]
    [InlineData(".gz")]
    [InlineData(".bz2")]
    [InlineData(".zst")]
    public void A_flipped_bit_anywhere_is_found(string extension)
    {
        var stored = Store(extension, Content);

        for (var i = 0; i < stored.Length; i += Math.Max(1, stored.Length / 400))
        {
            byte[]? read = null;
            var error = Record.Exception(() => read = StoredBytes.ReadAll(Flipped(stored, i, (byte)(1 << (i % 8))), "in.csv" + extension));
            Assert.True(error is IngestException || (error is null && read!.AsSpan().SequenceEqual(Content)) || IsPlain(read, stored.Length),
                $"bit {i % 8} of byte {i}: {error?.ToString() ?? "read as other content"}");
        }

        // A magic that is no longer one makes a text of it, which the header then refuses.
        static bool IsPlain(byte[]? read, int length) => read?.Length >= length;
    }

    /// <summary>What was committed before the damage is in the manifest, and the file is not a success.</summary>
    [SkippableTheory]
    [InlineData(".gz")]
    [InlineData(".zst")]
    public async Task A_load_of_a_damaged_file_owns_up_to_what_it_committed(string extension)
    {
        await using var scene = await database.SceneAsync(Large);
        var stored = Store(extension, StoredBytes.Csv(60_000));
        var path = scene.WriteBytes("in.csv" + extension, Flipped(stored, stored.Length * 3 / 4));

        var result = await scene.LoadAsync(LoadScene.Append(path) with { ChunkSize = 1000, MaxRejects = new(null, 100) });

        Assert.Equal(ExitCode.FileFailed, result.ExitCode);
        Assert.Equal("corrupt", result.Error?.Code);
        Assert.Contains(path, result.Error!.Message, StringComparison.Ordinal);
        Assert.NotEqual(FileStatus.Success, result.Files[0].Status);
        Assert.Equal(result.Total.Inserted, await scene.Database.ScalarAsync<long>(Count));
    }

    private static BadInputCase Stored(string name, string fileName, byte[] content, Expected ends, string? ddl = null) =>
        new BadInputCase(name, ends) { FileName = fileName, Content = content } is var input && ddl is null ? input : input with { Ddl = ddl! };

    private static byte[] Store(string extension, byte[] content) => extension switch
    {
        ".zst" => ByCommand(content),
        ".gz" => StoredBytes.Gzip(content),
        ".br" => StoredBytes.Brotli(content),
        _ => StoredBytes.Bzip2(content),
    };

    private static byte[] ByCommand(byte[] content)
    {
        var stored = StoredBytes.Zstandard(content);
        Skip.If(stored is null, "the zstd command is not installed");
        return stored!;
    }

    private static byte[] Flipped(byte[] stored, int at, byte mask = 0x55)
    {
        var copy = stored.ToArray();
        copy[at] ^= mask;
        return copy;
    }

    private static byte[] Half(byte[] stored) => stored[..(stored.Length / 2)];

    /// <summary>64 MiB in a few kilobytes.</summary>
    private static byte[] Bomb(Func<Stream, Stream> compressor, string start = "id,v\n1,", char fill = 'x')
    {
        using var stored = new MemoryStream();
        using (var stream = compressor(stored))
        {
            stream.Write(Encoding.UTF8.GetBytes(start));
            var run = Enumerable.Repeat((byte)fill, 1 << 20).ToArray();
            for (var i = 0; i < 64; i++) stream.Write(run);
        }
        return stored.ToArray();
    }

    private static byte[] ZstandardBomb() => Frame([.. RawBlock("id,v\n1,"u8.ToArray()), .. RunOf('x', 8192)]);

    // Zstandard by hand (RFC 8878, 3.1.1): frames of raw and run-length blocks, without checksum.
    private static byte[] Frame(string text) => Frame(RawBlock(Encoding.UTF8.GetBytes(text)));

    /// <summary>A frame with a window of 128 KiB around blocks, ended by an empty one.</summary>
    private static byte[] Frame(byte[] blocks) => [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x38, .. blocks, 1, 0, 0];

    private static byte[] RawBlock(byte[] content) => [.. BlockHeader(content.Length, 0), .. content];

    /// <summary>So many blocks of 128 KiB of one byte, four bytes each.</summary>
    private static byte[] RunOf(char fill, int blocks) => [.. Enumerable.Range(0, blocks).SelectMany(_ => (byte[])[.. BlockHeader(128 << 10, 1), (byte)fill])];

    private static byte[] BlockHeader(int size, int type)
    {
        var header = (size << 3) | (type << 1);
        return [(byte)header, (byte)(header >> 8), (byte)(header >> 16)];
    }
}
