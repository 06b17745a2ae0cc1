using System.Text;
using Ingest.Plan;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Bytes that are not the text that they should be.</summary>
public sealed class WrongEncodingTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string German = "id,v\n1,Müller\n2,Straße\n3,Käse\n";
    private const string WithBytea = "CREATE TABLE t (id int, b bytea)";
    private const string WithJson = "CREATE TABLE t (id int, j jsonb)";

    private static readonly string[] GermanRows = ["1|Müller", "2|Straße", "3|Käse"];

    private static readonly BadInputTable Table = new(
        Bytes("A NUL byte is a reject", "id,v\n1,a\n2,b\0c\n3,d\n"u8, Rejects(["1|a", "3|d"], "2|3|9|∅|22021")),
        Bytes("A NUL byte in a number is a reject", "id,v\n1\0,a\n2,b\n"u8, Rejects(["2|b"], "1|2|5|∅|22021")),
        Bytes("A NUL byte inside quotes is a reject", "id,v\n1,\"\0\"\n2,b\n"u8, Rejects(["2|b"], "1|2|5|∅|22021")),
        Bytes("A NUL byte in the header is refused, whatever the rest of the name matches", "id,v\0\n1,a\n"u8, Refused("bad_header", "column 2")),
        Bytes("A NUL byte in a file of few is a reject", "id,v\n1,\0\n"u8, Rejects([], "1|2|5|∅|22021")),
        Bytes("A file of NUL bytes is no text", new byte[4096], Refused("not_text", "NUL bytes")),
        Bytes("A file that a crash filled up with NUL bytes is told by its record", [.. "id,v\n1,abcdefghijklmnopqrstuvwxyz\n2,abcdefghijklmnopqrstuvwxyz\n"u8, 0, 0, 0],
            Rejects(["1|abcdefghijklmnopqrstuvwxyz", "2|abcdefghijklmnopqrstuvwxyz"], "3|4|63|∅|csv_field_count")),
        Bytes("A hexadecimal bytea keeps its NUL", "id,b\n1,\\x0001ff\n"u8, Loads("1|0001ff")) with { Ddl = WithBytea, Select = "SELECT id, encode(b, 'hex') FROM t" },
        Bytes("An escaped bytea keeps its NUL", "id,b\n1,a\\000b\n"u8, Loads("1|610062")) with { Ddl = WithBytea, Select = "SELECT id, encode(b, 'hex') FROM t" },

        Bytes("A lone continuation byte is a reject", [.. "id,v\n1,ä\n2,"u8, 0x80, .. "\n3,ö\n"u8], Rejects(["1|ä", "3|ö"], "2|3|10|∅|22021")),
        Bytes("A sequence that is cut at the end of its field is a reject", [.. "id,v\n1,ä\n2,"u8, 0xE2, 0x82, .. "\n3,ö\n"u8], Rejects(["1|ä", "3|ö"], "2|3|10|∅|22021")),
        Bytes("A sequence that is cut at the end of the file is a reject", [.. "id,v\n1,äö\n2,"u8, 0xE2, 0x82], Rejects(["1|äö"], "2|3|12|∅|22021")),
        Bytes("An overlong form of a slash is a reject", [.. "id,v\n1,ä\n2,"u8, 0xC0, 0xAF, .. "\n3,öü\n"u8], Rejects(["1|ä", "3|öü"], "2|3|10|∅|22021"), "utf-8"),
        Bytes("An overlong NUL is a reject", [.. "id,v\n1,ä\n2,"u8, 0xC0, 0x80, .. "\n3,öü\n"u8], Rejects(["1|ä", "3|öü"], "2|3|10|∅|22021"), "utf-8"),
        Bytes("A surrogate in UTF-8 is a reject", [.. "id,v\n1,ä\n2,"u8, 0xED, 0xA0, 0x80, .. "\n3,öü\n"u8], Rejects(["1|ä", "3|öü"], "2|3|10|∅|22021"), "utf-8"),
        Bytes("A code point beyond U+10FFFF is a reject", [.. "id,v\n1,ä\n2,"u8, 0xF4, 0x90, 0x80, 0x80, .. "\n3,öü\n"u8], Rejects(["1|ä", "3|öü"], "2|3|10|∅|22021"), "utf-8"),
        Bytes("The bytes FE and FF are a reject", [.. "id,v\n1,ä\n2,"u8, 0xFE, 0xFF, .. "\n3,öü\n"u8], Rejects(["1|ä", "3|öü"], "2|3|10|∅|22021"), "utf-8"),
        Bytes("A wrong byte in the header is refused, whatever the rest of the name matches", [.. "id,v"u8, 0xFF, .. "\n1,ä\n2,ö\n"u8], Refused("bad_header", "column 2", "--encoding"), "utf-8"),
        Bytes("The last and the first code points of every length load",
            Encoding.UTF8.GetBytes("id,v\n1,\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff\n"), Loads("1|\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000\U0010ffff")),
        Bytes("A noncharacter and a byte order mark in the middle are text", Encoding.UTF8.GetBytes("id,v\n1,\ufeff\ufdd0\n"), Loads("1|\ufeff\ufdd0")),
        Bytes("A second byte order mark does not hide the first column", Encoding.UTF8.GetBytes("\ufeff\ufeffid,v\n1,a\n"), Loads("1|a")),

        Bytes("Latin-1 without a word is read as western text", Encoding.Latin1.GetBytes(German), Loads(GermanRows)),
        Bytes("Latin-1 that is declared is read", Encoding.Latin1.GetBytes(German), Loads(GermanRows), "iso-8859-1"),
        Bytes("Latin-1 that is declared as UTF-8 is a reject for each record", Encoding.Latin1.GetBytes(German),
            Rejects([], "1|2|5|∅|22021", "2|3|14|∅|22021", "3|4|23|∅|22021"), "utf-8"),
        Bytes("UTF-8 that is declared as Latin-1 loads what the declaration says", Encoding.UTF8.GetBytes("id,v\n1,é\n"), Loads("1|Ã©"), "iso-8859-1"),
        Bytes("A byte that windows-1252 does not have is a reject", [.. "id,v\n1,a\n2,"u8, 0x81, .. "\n3,b\n"u8], Rejects(["1|a", "3|b"], "2|3|9|∅|22021"), "windows-1252"),
        Bytes("Shift-JIS without a word is an error that proposes it", ShiftJis("id,v\n1,日本語テスト\n2,東京都庁\n"), Refused("unknown_encoding", "first wrong byte at 7", "--encoding", "shift_jis")),
        Bytes("Shift-JIS that is declared is read", ShiftJis("id,v\n1,日本語テスト\n"), Loads("1|日本語テスト"), "shift_jis"),
        Bytes("Shift-JIS that ends in half a character is a reject", [.. ShiftJis("id,v\n1,日本\n2,"), 0x93], Rejects(["1|日本"], "2|3|14|∅|22021"), "shift_jis"),
        Bytes("GB18030 that is declared is read", Encode("gb18030", "id,v\n1,汉字𠀀\n"), Loads("1|汉字𠀀"), "gb18030"),
        Bytes("KOI8-R that is declared is read", Encode("koi8-r", "id,v\n1,Привет\n"), Loads("1|Привет"), "koi8-r"),
        Bytes("An encoding that does not exist is refused", "id,v\n1,a\n"u8, Refused("unknown_encoding", "'klingon'", "windows-1252"), "klingon") with { IsNotOfFile = true },

        Bytes("UTF-16LE with a mark is read", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(German)], Loads(GermanRows)),
        Bytes("UTF-16BE with a mark is read", [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(German)], Loads(GermanRows)),
        Bytes("UTF-16LE without a mark is told by its zeros", Encoding.Unicode.GetBytes(German), Loads(GermanRows)),
        Bytes("UTF-16BE without a mark is told by its zeros", Encoding.BigEndianUnicode.GetBytes(German), Loads(GermanRows)),
        Bytes("UTF-16 of an odd length is a reject of its last record", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,v\n1,a\n2,b"), 0x63], Rejects(["1|a"], "2|3|9|∅|22021")),
        Bytes("UTF-16 of an odd length after the last line break is a ragged record", [0xFF, 0xFE, .. Encoding.Unicode.GetBytes("id,v\n1,a\n"), 0x0A], Rejects(["1|a"], "2|3|9|∅|csv_field_count")),
        Bytes("A lone high surrogate of UTF-16 is a reject", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n2,b\ud83dc\n3,d\n")], Rejects(["1|a", "3|d"], "2|3|9|∅|22021")),
        Bytes("A lone low surrogate of UTF-16 is a reject", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n2,\ude00\n3,d\n")], Rejects(["1|a", "3|d"], "2|3|9|∅|22021")),
        Bytes("A high surrogate at the very end is a reject", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n2,b\ud83d")], Rejects(["1|a"], "2|3|9|∅|22021")),
        Bytes("Surrogates in the wrong order are a reject", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n2,\ude00\ud83d\n3,😀\n")], Rejects(["1|a", "3|😀"], "2|3|9|∅|22021")),
        Bytes("A NUL of UTF-16 is a reject", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n2,\0\n")], Rejects(["1|a"], "2|3|9|∅|22021")),
        Bytes("The wrong byte order said outright is a conflict with the mark", [0xFF, 0xFE, .. Utf16("id,v\n1,a\n")], Refused("encoding_conflict", "utf-16le", "utf-16be"), "utf-16be"),
        Bytes("The wrong byte order without a mark finds no column", Utf16("id,v\n1,a\n"), Refused("no_column"), "utf-16be", j => j with { ExtraColumns = ExtraColumns.Ignore }),
        Bytes("A mark of UTF-16 alone is an empty file", [0xFF, 0xFE], Refused("empty_file")),
        Bytes("UTF-8 with a mark of UTF-16 is refused", [0xFF, 0xFE, .. "id,v\n1,a\n2,b\n"u8], Refused("bad_header", "--encoding")),
        Bytes("UTF-32 with a mark is read", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes(German)], Loads(GermanRows)),
        Bytes("UTF-32 that ends within a character is a reject", [0xFF, 0xFE, 0, 0, .. Encoding.UTF32.GetBytes("id,v\n1,a\n2,b"), 0x63, 0], Rejects(["1|a"], "2|3|9|∅|22021")),

        Bytes("A NUL escaped in jsonb is a reject", "id,j\n1,\"\"\"\\u0000\"\"\"\n2,\"\"\"a\"\"\"\n"u8, Rejects(["2|\"a\""], "1|2|5|j|22P05")) with { Ddl = WithJson },
        Bytes("A lone high surrogate escaped in jsonb is a reject", "id,j\n1,\"\"\"\\ud800\"\"\"\n2,1\n"u8, Rejects(["2|1"], "1|2|5|j|22P02")) with { Ddl = WithJson },
        Bytes("A lone low surrogate escaped in jsonb is a reject", "id,j\n1,\"\"\"\\udc00\"\"\"\n2,1\n"u8, Rejects(["2|1"], "1|2|5|j|22P02")) with { Ddl = WithJson },
        Bytes("A surrogate pair escaped in jsonb loads", "id,j\n1,\"\"\"\\ud83d\\ude00\"\"\"\n"u8, Loads("1|\"😀\"")) with { Ddl = WithJson },
        Bytes("A NUL escaped in json is kept as it is written", "id,j\n1,\"\"\"\\u0000\"\"\"\n"u8, Loads("1|\"\\u0000\"")) with { Ddl = "CREATE TABLE t (id int, j json)" },
        Bytes("Control characters are text", Encoding.UTF8.GetBytes("id,v\n1,\u0001\u001b[31m\u007f\n"), Loads("1|\u0001\u001b[31m\u007f")),
        Bytes("A text that runs from right to left is text", Encoding.UTF8.GetBytes("id,v\n1,\u202eabc\u202c\n"), Loads("1|\u202eabc\u202c")));

    static WrongEncodingTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    private static byte[] ShiftJis(string text) => Encode("shift_jis", text);

    private static byte[] Encode(string encoding, string text) => CodePagesEncodingProvider.Instance.GetEncoding(encoding)!.GetBytes(text);

    /// <summary>The code units as they are, lone surrogates too.</summary>
    private static byte[] Utf16(string text) => [.. text.SelectMany(c => new[] { (byte)c, (byte)(c >> 8) })];

    private static BadInputCase Bytes(string name, ReadOnlySpan<byte> content, Expected ends, string? encoding = null, Func<LoadJob, LoadJob>? job = null) => new(name, ends)
    {
        Content = content.ToArray(),
        Job = j => (job ?? (x => x))(j) with { Csv = j.Csv with { Encoding = encoding } },
    };
}
