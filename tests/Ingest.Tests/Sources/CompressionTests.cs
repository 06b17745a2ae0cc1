using System.Runtime.InteropServices;
using System.Text;
using Ingest.Parquet.Codecs;

namespace Ingest.Tests.Sources;

public sealed class CompressionTests
{
    private static readonly byte[] Small = StoredBytes.Csv(20);

    public static TheoryData<string> Formats => ["gzip", "brotli", "bzip2", "zstandard"];

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void Content_comes_back_whatever_the_size_of_reads(string format)
    {
        foreach (var size in (int[])[0, 1, 20, 30_000])
        {
            var content = size == 0 ? [] : StoredBytes.Csv(size);
            var stored = Compress(format, content);
            foreach (var most in (int[])[1, 4099, int.MaxValue])
            {
                Assert.Equal(content, StoredBytes.ReadAll(stored, Name(format), most: most));
            }
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void Compressed_files_are_recognised_and_hashed_as_stored(string format)
    {
        var stored = Compress(format, Small);
        using var source = StoredBytes.Open(stored, Name(format), hash: false);
        Assert.Equal(format, source.Compression.ToString(), ignoreCase: true);
        Assert.False(source.IsPassThrough);
        StoredBytes.ReadAll(source);
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(stored), source.RawSha256);
        Assert.Equal(stored.Length, source.RawBytesRead);
    }

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void Every_cut_of_a_small_file_is_an_error(string format)
    {
        var stored = Compress(format, Small);
        // The name tells what the file was meant to be when it is cut inside its magic, or before it.
        var name = format switch { "gzip" => "data.csv.gz", "bzip2" => "data.csv.bz2", "zstandard" => "data.csv.zst", _ => "data.csv.br" };
        for (var cut = 0; cut < stored.Length; cut++)
        {
            var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(stored[..cut], name));
            Assert.True(error.Code is "truncated" or "corrupt", $"cut at {cut}: {error.Message}");
        }
    }

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void Every_cut_of_a_larger_file_at_a_kilobyte_is_an_error_that_names_the_offset(string format)
    {
        var stored = Compress(format, StoredBytes.Csv(20_000));
        for (var cut = 1024; cut < stored.Length; cut += 1024)
        {
            var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(stored[..cut], Name(format)));
            Assert.Equal("truncated", error.Code);
            Assert.Contains($"byte {cut} ", error.Message, StringComparison.Ordinal);
            Assert.Contains(Name(format), error.Message, StringComparison.Ordinal);
        }
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("zstandard")]
    public void A_flipped_byte_never_changes_the_content_in_silence(string format)
    {
        var content = StoredBytes.Csv(2000);
        var stored = Compress(format, content);
        var random = new Random(20);
        for (var i = 0; i < 600; i++)
        {
            var damaged = stored.ToArray();
            damaged[random.Next(4, damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                // A flip in a field without meaning (a time stamp) may pass.
                Assert.Equal(content, StoredBytes.ReadAll(damaged, Name(format)));
            }
            catch (SourceException e)
            {
                Assert.True(e.Code is "corrupt" or "truncated" or "unsupported", e.Message);
            }
        }
    }

    [Fact]
    public void A_flipped_byte_in_Brotli_ends_in_content_or_an_error_and_never_hangs()
    {
        var stored = StoredBytes.Brotli(StoredBytes.Csv(2000));
        var random = new Random(21);
        var errors = 0;
        for (var i = 0; i < 300; i++)
        {
            var damaged = stored.ToArray();
            damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                StoredBytes.ReadAll(damaged, "data.csv.br", "iso-8859-1");
            }
            catch (SourceException)
            {
                errors++;
            }
        }
        Assert.True(errors > 0);
    }

    [SkippableTheory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("zstandard")]
    public void Members_behind_one_another_are_one_content_and_a_cut_in_the_second_is_an_error(string format)
    {
        var one = Compress(format, Small);
        var both = (byte[])[.. one, .. one];
        Assert.Equal((byte[])[.. Small, .. Small], StoredBytes.ReadAll(both, Name(format), most: 5));
        for (var cut = one.Length + 1; cut < both.Length; cut++)
            Assert.Throws<SourceException>(() => StoredBytes.ReadAll(both[..cut], Name(format)));
    }

    [SkippableTheory]
    [MemberData(nameof(Formats))]
    public void Garbage_behind_the_end_is_an_error(string format)
    {
        var stored = Compress(format, Small);
        foreach (var garbage in (string[])["\0", "garbage", "id,name\n"])
        {
            var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll([.. stored, .. Encoding.UTF8.GetBytes(garbage)], Name(format)));
            Assert.True(error.Code is "corrupt" or "truncated", error.Message);
        }
    }

    [Fact]
    public void Gzip_headers_with_every_optional_field_are_read()
    {
        var plain = StoredBytes.Gzip(Small);
        // FEXTRA, FNAME, FCOMMENT (RFC 1952, 2.3.1)
        byte[] header = [0x1F, 0x8B, 8, 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 3, 0, 9, 9, 9, (byte)'a', 0, (byte)'b', 0];
        Assert.Equal(Small, StoredBytes.ReadAll([.. header, .. plain[10..]]));
        header[3] |= 2; // FHCRC
        var crc = new ICSharpCode.SharpZipLib.Checksum.Crc32();
        crc.Update(header);
        byte[] sum = [(byte)crc.Value, (byte)(crc.Value >> 8)];
        Assert.Equal(Small, StoredBytes.ReadAll([.. header, .. sum, .. plain[10..]]));
        sum[0] ^= 1;
        Assert.Throws<SourceException>(() => StoredBytes.ReadAll([.. header, .. sum, .. plain[10..]]));
    }

    [SkippableFact]
    public void Skippable_Zstandard_frames_are_passed_over_wherever_they_stand()
    {
        var frame = Compress("zstandard", Small);
        byte[] skippable = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        Assert.Equal(Small, StoredBytes.ReadAll([.. skippable, .. frame]));
        Assert.Equal((byte[])[.. Small, .. Small], StoredBytes.ReadAll([.. frame, .. skippable, .. frame, .. skippable]));
        for (var cut = frame.Length + 1; cut < frame.Length + skippable.Length; cut++)
            Assert.Throws<SourceException>(() => StoredBytes.ReadAll(((byte[])[.. frame, .. skippable])[..cut]));
    }

    [SkippableFact]
    public void A_Zstandard_window_beyond_the_limit_is_refused_and_says_why()
    {
        var stored = StoredBytes.Zstandard(StoredBytes.Csv(10), "--ultra", "-22", "--long=31");
        Skip.If(stored is null, "the zstd command is not installed");
        // A frame header that claims a window of 2 GiB: descriptor without content size, exponent 21 (RFC 8878, 3.1.1.1.2).
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 21 << 3, .. stored[6..]];
        var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(frame));
        Assert.Equal("window_too_large", error.Code);
        Assert.Contains("--long", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_handle_of_libzstd_that_is_freed_does_not_unmap_it_for_others()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc is Linux's");
        _ = Compress("zstandard", Small);
        for (var i = 0; i < 16; i++)
        {
            var handle = LibZstd.Resolve(LibZstd.Library, typeof(LibZstd).Assembly, null);
            // As native code does whose threads resolve the library at once, for all but one.
            if (i > 0) NativeLibrary.Free(handle);
            Assert.Contains("libzstd", File.ReadAllText("/proc/self/maps"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_bomb_unfolds_in_constant_memory()
    {
        var stored = StoredBytes.Gzip(new byte[64 << 20]);
        using var source = StoredBytes.Open(stored, encoding: "iso-8859-1");
        var buffer = new byte[1 << 20];
        var before = GC.GetAllocatedBytesForCurrentThread();
        long total = 0;
        while (source.Read(buffer) is var read and > 0) total += read;
        Assert.Equal(64 << 20, total);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
    }

    [Fact]
    public void Formats_that_are_not_supported_are_named()
    {
        byte[] xz = [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, 0, 4];
        Assert.Contains("xz -dc", Assert.Throws<SourceException>(() => StoredBytes.ReadAll(xz)).Message, StringComparison.Ordinal);
        var zip = Encoding.Latin1.GetBytes("PK\x03\x04\x14\0");
        Assert.Contains("spreadsheet", Assert.Throws<SourceException>(() => StoredBytes.ReadAll(zip)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip", "bzip2")]
    [InlineData("bzip2", "brotli")]
    public void What_is_compressed_twice_is_called_that(string inner, string outer)
    {
        var stored = Compress(outer, Compress(inner, Small));

        var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(stored, Name(outer)));

        Assert.Contains("compressed twice", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_under_the_name_of_a_compressed_file_is_read_as_text()
    {
        foreach (var name in (string[])["data.csv.gz", "data.csv.br", "data.csv.zst", "data.csv.bz2"])
            Assert.Equal(Small, StoredBytes.ReadAll(Small, name));
    }

    private static string Name(string format) => format == "brotli" ? "data.csv.br" : "data.csv";

    private static byte[] Compress(string format, byte[] content)
    {
        var stored = format switch
        {
            "gzip" => StoredBytes.Gzip(content),
            "brotli" => StoredBytes.Brotli(content),
            "bzip2" => StoredBytes.Bzip2(content),
            _ => StoredBytes.Zstandard(content, "--check"),
        };
        Skip.If(stored is null, "the zstd command is not installed");
        return stored!;
    }
}
