using System.Security.Cryptography;
using System.Text;
using Ingest.Formats.Csv;
using Ingest.Tests.Sources;

namespace Ingest.Tests.Formats.Csv;

/// <summary>What comes before the header or first record is passed over, whatever its length.</summary>
public sealed class CsvFrontTests
{
    private const string Content = "a;b\r\n1;x\r\n";

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Lines_to_skip_may_end_in_any_line_break_at_any_place_of_what_is_read_at_once(string lineBreak)
    {
        foreach (var length in (int[])[0, 1, 100, CsvFront.SampleSize - 2, CsvFront.SampleSize - 1, CsvFront.SampleSize, CsvFront.SampleSize + 1, 3 * CsvFront.SampleSize])
        {
            var preamble = $"Report{lineBreak}{new string('x', length)}{lineBreak}{lineBreak}";
            AssertFront(preamble, 3, Content, new() { SkipLines = 3 });
        }
    }

    [Fact]
    public void Comments_and_blank_lines_before_a_header_may_be_longer_than_the_sample()
    {
        var preamble = string.Concat(Enumerable.Repeat("# a comment, with commas\r\n\n", 20_000));
        AssertFront(preamble, 40_000, Content, new() { Comment = '#' });
    }

    [Fact]
    public void Without_a_header_a_blank_line_is_left_to_the_records() =>
        AssertFront("", 0, "\n\nx\n", new() { NoHeader = true });

    [Fact]
    public void A_source_that_has_fewer_lines_is_passed_over_whole() => AssertFront("a\nb", 2, "", new() { SkipLines = 9 });

    [Theory]
    [InlineData(2)]
    [InlineData(100_000)]
    public void A_reader_that_goes_on_tells_the_same_places_and_hashes_as_one_from_the_start(int lines)
    {
        byte[] stored = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("junk;junk\r\n", lines)) + Content)];
        var options = new CsvOptions { SkipLines = lines };
        var source = StoredBytes.Open(stored, hash: false);
        using var front = CsvFront.Read(source, options);
        var preamble = front.Bytes + 5;
        using var going = new CsvBlockReader(source, front.Sample.ToArray(), "data.csv", CsvTexts.Rfc4180, preamble, int.MaxValue, passed: front.Passed());
        using var anew = new CsvBlockReader(StoredBytes.Open(stored, hash: false), default, "data.csv", CsvTexts.Rfc4180, preamble, int.MaxValue);

        foreach (var reader in (CsvBlockReader[])[going, anew])
        {
            reader.SkipTo(default, CancellationToken.None);
            var block = (CsvBlock)reader.Read(CancellationToken.None)!;
            Assert.Equal("1;x\r\n", Encoding.UTF8.GetString(block.Content));
            Assert.Equal((preamble, lines + 1L), (block.Start.Position, block.Start.Line));
            Assert.Equal((stored.Length - 5L, lines + 2L), (block.Raw(0, 1).Position, block.Raw(0, 1).Line));
            Assert.Equal(SHA256.HashData(stored.AsSpan(0, stored.Length - 5)), block.Start.PrefixHash.ToArray());
            Assert.Equal(SHA256.HashData(stored), reader.Checksum);
            block.Release();
        }
    }

    private static void AssertFront(string preamble, long lines, string content, CsvOptions options)
    {
        using var source = StoredBytes.Open(Encoding.UTF8.GetBytes(preamble + content), hash: false);
        using var front = CsvFront.Read(source, options);
        Assert.Equal((preamble.Length, lines), (front.Bytes, front.Lines));
        Assert.Equal(content, Encoding.UTF8.GetString(front.Sample));
        Assert.True(front.IsWhole);
    }
}
