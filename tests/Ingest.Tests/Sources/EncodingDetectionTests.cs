using System.Text;
using Ingest.Sources;

namespace Ingest.Tests.Sources;

public sealed class EncodingDetectionTests
{
    private const string Text = "name;Größe\r\nÆsir;1\r\nnaïve;2\r\n";

    [Theory]
    [InlineData("utf-8", "EFBBBF")]
    [InlineData("utf-16le", "FFFE")]
    [InlineData("utf-16be", "FEFF")]
    [InlineData("utf-32le", "FFFE0000")]
    [InlineData("utf-32be", "0000FEFF")]
    public void A_byte_order_mark_decides_and_is_dropped(string name, string mark)
    {
        var bom = System.Convert.FromHexString(mark);
        var stored = (byte[])[.. bom, .. EncodingTests.Oracle(name).GetBytes(Text)];
        foreach (var declared in (string?[])[null, name, name == "utf-8" ? "utf-8" : name[..6]])
        {
            using var source = StoredBytes.Open(stored, encoding: declared, most: 3);
            Assert.Equal(name, source.Encoding.Name);
            Assert.Equal(bom.Length, source.BomLength);
            Assert.Equal(Text, Encoding.UTF8.GetString(StoredBytes.ReadAll(source)));
            Assert.Equal(System.Security.Cryptography.SHA256.HashData(stored), source.RawSha256);
        }
    }

    [Theory]
    [InlineData("EFBBBF61", "windows-1252")]
    [InlineData("FFFE6100", "utf-8")]
    [InlineData("FFFE6100", "utf-16be")]
    public void A_mark_against_the_declared_encoding_is_an_error(string stored, string declared)
    {
        var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(System.Convert.FromHexString(stored), encoding: declared));
        Assert.Contains("leave --encoding out", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-16le", "id,name\r\n1,Größe\r\n")]
    [InlineData("utf-16be", "id,name\r\n1,Größe\r\n")]
    [InlineData("utf-16le", "名前,値段\r\n表示,1\r\n能,2\r\n")]
    public void UTF16_without_a_mark_is_told_by_its_zero_bytes(string name, string text)
    {
        using var source = StoredBytes.Open(EncodingTests.Oracle(name).GetBytes(text));
        Assert.Equal(name, source.Encoding.Name);
        Assert.NotNull(source.EncodingNotice);
        Assert.Equal(text, Encoding.UTF8.GetString(StoredBytes.ReadAll(source)));
    }

    [Fact]
    public void UTF8_passes_through_untouched_and_without_a_notice()
    {
        var stored = Encoding.UTF8.GetBytes(Text + "漢字 😀");
        using var source = StoredBytes.Open(stored, hash: false);
        Assert.True(source.IsPassThrough);
        Assert.Null(source.EncodingNotice);
        Assert.Equal(stored, StoredBytes.ReadAll(source));
        Assert.Null(source.RawSha256);
    }

    [Fact]
    public void A_reader_that_hashes_mark_and_content_has_the_hash_of_the_file()
    {
        var stored = (byte[])[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Text)];
        using var source = StoredBytes.Open(stored, hash: false);
        var seen = (byte[])[.. source.Bom, .. StoredBytes.ReadAll(source)];
        Assert.Equal(stored, seen);
    }

    [Fact]
    public void A_sample_that_ends_inside_a_character_is_still_UTF8()
    {
        var sample = Encoding.UTF8.GetBytes("a,ü,漢,😀");
        for (var cut = 1; cut <= sample.Length; cut++)
            Assert.Equal("utf-8", EncodingDetector.Detect(sample.AsSpan(0, cut), whole: false, "f").Encoding.Name);
    }

    [Fact]
    public void A_few_wrong_bytes_among_UTF8_stay_for_the_rejects()
    {
        var stored = (byte[])[.. Encoding.UTF8.GetBytes(Text), (byte)'x', 0xE9, (byte)'\n', .. Encoding.UTF8.GetBytes(Text)];
        using var source = StoredBytes.Open(stored);
        Assert.Equal("utf-8", source.Encoding.Name);
        Assert.Equal(stored, StoredBytes.ReadAll(source));
    }

    [Fact]
    public void Lone_accented_bytes_are_read_as_windows_1252_with_a_notice()
    {
        using var source = StoredBytes.Open(EncodingTests.Oracle("windows-1252").GetBytes(Text));
        Assert.Equal("windows-1252", source.Encoding.Name);
        Assert.Contains("--encoding", source.EncodingNotice, StringComparison.Ordinal);
        Assert.Equal(Text, Encoding.UTF8.GetString(StoredBytes.ReadAll(source)));
    }

    [Theory]
    [InlineData("shift_jis", "名前,値段\r\n表示,ソ,能\r\n")]
    [InlineData("windows-1251", "Привет;мир\r\nслово;дело\r\n")]
    [InlineData("gb18030", "姓名,价格\r\n你好,世界\r\n")]
    [InlineData("big5", "姓名,價格\r\n許功蓋\r\n")]
    [InlineData("euc-kr", "이름,가격\r\n한국어,세계\r\n")]
    public void What_cannot_be_told_is_an_error_that_names_candidates(string name, string text)
    {
        var stored = EncodingTests.Oracle(name).GetBytes(text);
        var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(stored));
        Assert.Equal("unknown_encoding", error.Code);
        Assert.Contains("--encoding", error.Message, StringComparison.Ordinal);
        Assert.Contains(name, error.Message, StringComparison.Ordinal);
        Assert.Equal(text, Encoding.UTF8.GetString(StoredBytes.ReadAll(stored, encoding: name)));
    }

    [Fact]
    public void A_stray_NUL_is_kept_and_a_binary_file_is_refused()
    {
        var text = Encoding.UTF8.GetBytes("id,name\n1,a\0b\n2,some other name\n");
        Assert.Equal(text, StoredBytes.ReadAll(text));
        var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(new byte[4096]));
        Assert.Equal("not_text", error.Code);
    }

    [Fact]
    public void Random_bytes_are_refused_as_text()
    {
        var random = new Random(13);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(50, 5000)];
            random.NextBytes(bytes);
            bytes[0] = 0xC0; // neither a magic nor a mark
            var error = Assert.Throws<SourceException>(() => StoredBytes.ReadAll(bytes));
            Assert.True(error.Code is "unknown_encoding" or "not_text", error.Message);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("\n")]
    public void Tiny_files_are_UTF8(string text)
    {
        using var source = StoredBytes.Open(Encoding.UTF8.GetBytes(text));
        Assert.Equal("utf-8", source.Encoding.Name);
        Assert.Equal(text, Encoding.UTF8.GetString(StoredBytes.ReadAll(source)));
        Assert.Equal(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)), source.RawSha256);
    }
}
