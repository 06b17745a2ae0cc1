using System.Globalization;
using System.Text;
using Ingest.Sources;

namespace Ingest.Tests.Sources;

public sealed class EncodingTests
{
    private const string Western = "Größe;Straße;naïve\r\nÆsir;œuvre;10 €\r\n";

    /// <summary>An encoding's name, and a text that it can hold.</summary>
    public static TheoryData<string, string> Encodings => new()
    {
        { "utf-8", Western + "漢字 😀 a" },
        { "utf-16le", Western + "漢字 😀 a" },
        { "utf-16be", Western + "漢字 😀 a" },
        { "utf-32le", Western + "漢字 😀 a" },
        { "utf-32be", Western + "漢字 😀 a" },
        { "windows-1252", Western },
        { "iso-8859-1", "Größe;Straße;naïve\r\nÆsir;½" },
        { "iso-8859-15", Western },
        { "windows-1250", "Łódź;źdźbło;Čeština\r\n" },
        { "windows-1251", "Привет;мир\r\n" },
        { "koi8-r", "Привет;мир\r\n" },
        { "ibm850", "Größe;é\r\n" },
        { "macintosh", "Größe;é;œ\r\n" },
        { "ibm037", "EBCDIC, 1\r\n" },
        { "shift_jis", "名前,値段,ﾊﾝｶｸ\r\n表示,ソ,能\r\n" },
        { "euc-jp", "名前,値段\r\n表示,ソ,能\r\n" },
        { "iso-2022-jp", "名前,値段\r\n表示,ソ,能\r\n" },
        { "gb2312", "姓名,价格\r\n你好\r\n" },
        { "gb18030", "姓名,价格,€,㐀,😀\r\n你好\r\n" },
        { "big5", "姓名,價格\r\n許功蓋\r\n" },
        { "euc-kr", "이름,가격\r\n한국어\r\n" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_declared_encoding_reads_what_the_framework_writes_whatever_the_size_of_reads(string name, string text)
    {
        var stored = Oracle(name).GetBytes(text);
        Assert.Equal(text, Oracle(name).GetString(stored));
        var long_ = Enumerable.Repeat(stored, 5000).SelectMany(b => b).ToArray();
        foreach (var most in (int[])[1, 3, 1021, int.MaxValue])
            Assert.Equal(text, Encoding.UTF8.GetString(StoredBytes.ReadAll(stored, encoding: name, most: most)));
        Assert.Equal(string.Concat(Enumerable.Repeat(text, 5000)), Encoding.UTF8.GetString(StoredBytes.ReadAll(long_, encoding: name, most: 1021)));
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void A_transcoder_gives_the_same_for_every_split_of_its_input(string name, string text)
    {
        var stored = Oracle(name).GetBytes(text);
        for (var split = 0; split <= stored.Length; split++)
        {
            if (EncodingNames.Resolve(name).CreateTranscoder() is not { } transcoder) return;
            var output = new byte[transcoder.MaxOutput(stored.Length) + 16];
            var written = transcoder.Convert(stored.AsSpan(0, split), output, false, out var consumed);
            written += transcoder.Convert(stored.AsSpan(consumed), output.AsSpan(written), true, out var rest);
            Assert.Equal(stored.Length, consumed + rest);
            Assert.Equal(text, Encoding.UTF8.GetString(output, 0, written));
        }
    }

    [Theory]
    [InlineData("windows-1252", 0x80, 0xFF, "81 8D 8F 90 9D")]
    [InlineData("windows-1250", 0x80, 0xFF, "81 83 88 90 98")]
    [InlineData("windows-1251", 0x80, 0xFF, "98")]
    [InlineData("windows-1253", 0x80, 0xFF, "81 88 8A 8C 8D 8E 8F 90 98 9A 9C 9D 9E 9F AA D2 FF")]
    [InlineData("windows-1257", 0x80, 0xFF, "81 83 88 8A 8C 90 98 9A 9C 9F A1 A5")]
    [InlineData("iso-8859-1", 0x00, 0xFF, "")]
    [InlineData("iso-8859-7", 0x80, 0xFF, "A4 A5 AA AE D2 FF")]
    [InlineData("koi8-r", 0x80, 0xFF, "")]
    public void Bytes_that_a_code_page_leaves_undefined_are_marked_invalid(string name, int first, int last, string undefined)
    {
        var marked = new List<string>();
        for (var b = first; b <= last; b++)
        {
            if (StoredBytes.ReadAll([(byte)'a', (byte)b], encoding: name).AsSpan(1).SequenceEqual((ReadOnlySpan<byte>)[Transcoder.Invalid]))
                marked.Add(b.ToString("X2", CultureInfo.InvariantCulture));
        }
        Assert.Equal(undefined, string.Join(' ', marked));
    }

    [Theory]
    [InlineData("utf-16le", "41 00 00 D8 42 00", "A?B")] // a high surrogate alone
    [InlineData("utf-16le", "41 00 00 DC 42 00", "A?B")] // a low surrogate alone
    [InlineData("utf-16le", "41 00 00 D8", "A?")]
    [InlineData("utf-16le", "41 00 42", "A?")] // half a code unit
    [InlineData("utf-16be", "00 41 D8 00 D8 00 DC 00", "A?\U00010000")]
    [InlineData("utf-32le", "41 00 00 00 00 D8 00 00 42 00 00 00", "A?B")] // a surrogate is no character
    [InlineData("utf-32le", "41 00 00 00 00 00 11 00", "A?")] // beyond U+10FFFF
    [InlineData("utf-32be", "00 00 00 41 00", "A?")]
    [InlineData("shift_jis", "41 FF 42", "A?B")]
    [InlineData("shift_jis", "41 83", "A?")] // a lead byte at the end
    [InlineData("euc-kr", "41 FF 42", "A?B")]
    [InlineData("gb18030", "41 81", "A?")]
    public void Invalid_bytes_become_one_byte_that_UTF8_does_not_allow(string name, string stored, string expected)
    {
        var bytes = stored.Split(' ').Select(b => byte.Parse(b, NumberStyles.HexNumber, CultureInfo.InvariantCulture)).ToArray();
        var marked = Encoding.UTF8.GetBytes(expected).Select(b => b == '?' ? Transcoder.Invalid : b).ToArray();
        foreach (var most in (int[])[1, 2, 3, 100]) Assert.Equal(marked, StoredBytes.ReadAll(bytes, encoding: name, most: most));
    }

    [Fact]
    public void Random_bytes_never_give_a_replacement_character_and_never_fail()
    {
        var random = new Random(7);
        foreach (var name in Encodings.Select(row => (string)row[0]).Where(n => n != "utf-8"))
        {
            for (var i = 0; i < 50; i++)
            {
                var bytes = new byte[random.Next(1, 400)];
                random.NextBytes(bytes);
                bytes[0] = (byte)'a'; // not a byte order mark
                var content = StoredBytes.ReadAll(bytes, encoding: name);
                // What is left without the markers is UTF-8 and has none of U+FFFD, unless the input itself spells it.
                var kept = Encoding.UTF8.GetString(content.Where(b => b != Transcoder.Invalid).ToArray());
                Assert.DoesNotContain('\uFFFF', kept);
                if (name is not ("gb18030" or "utf-16le" or "utf-16be")) Assert.DoesNotContain('\uFFFD', kept);
            }
        }
    }

    [Theory]
    [InlineData("UTF8", "utf-8")]
    [InlineData("utf_8", "utf-8")]
    [InlineData("ASCII", "utf-8")]
    [InlineData("utf-16", "utf-16le")]
    [InlineData("UTF16BE", "utf-16be")]
    [InlineData("latin1", "iso-8859-1")]
    [InlineData("LATIN9", "iso-8859-15")]
    [InlineData("iso8859-2", "iso-8859-2")]
    [InlineData("ISO_8859_5", "iso-8859-5")]
    [InlineData("cp1252", "windows-1252")]
    [InlineData("1252", "windows-1252")]
    [InlineData("WIN1250", "windows-1250")]
    [InlineData("Windows-1252", "windows-1252")]
    [InlineData("sjis", "shift_jis")]
    [InlineData("Shift-JIS", "shift_jis")]
    [InlineData("cp932", "shift_jis")]
    [InlineData("EUC_JP", "euc-jp")]
    [InlineData("gbk", "gb2312")]
    [InlineData("cp850", "ibm850")]
    [InlineData("KOI8R", "koi8-r")]
    public void Encodings_go_by_their_usual_names(string name, string expected) => Assert.Equal(expected, EncodingNames.Resolve(name).Name);

    [Theory]
    [InlineData("utf-9")]
    [InlineData("")]
    [InlineData("utf-7")]
    [InlineData("99999999999")]
    public void An_unknown_encoding_is_an_error_of_the_plan_that_gives_examples(string name)
    {
        var error = Assert.Throws<PlanException>(() => EncodingNames.Resolve(name));
        Assert.Contains("windows-1252", error.Message, StringComparison.Ordinal);
    }

    internal static Encoding Oracle(string name)
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return name switch
        {
            "utf-16le" => new UnicodeEncoding(false, false),
            "utf-16be" => new UnicodeEncoding(true, false),
            "utf-32le" => new UTF32Encoding(false, false),
            "utf-32be" => new UTF32Encoding(true, false),
            _ => Encoding.GetEncoding(name),
        };
    }
}
