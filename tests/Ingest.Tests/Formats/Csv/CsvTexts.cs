using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats.Csv;

/// <summary>Generates dialects, records and texts full of the characters that decide something.</summary>
internal static class CsvTexts
{
    public static readonly CsvDialect Rfc4180 = new((byte)',', (byte)'"', (byte)'"', 0);

    public static readonly string[] LineBreakKinds = ["\n", "\r", "\r\n"];

    public static Gen<CsvDialect> Dialects { get; } =
        from delimiter in Gen.Elements(",;\t|".ToCharArray())
        from quote in Gen.Frequency((6, Gen.Constant('"')), (2, Gen.Constant('\'')), (1, Gen.Constant('\0')))
        from escape in Gen.Elements(quote, '\\')
        from comment in Gen.Elements('\0', '#')
        select new CsvDialect((byte)delimiter, (byte)quote, (byte)escape, (byte)comment);

    /// <summary>Any bytes at all that mean something in the dialect, with plain stretches that cross the tokenizer's 64 bytes.</summary>
    public static Gen<byte[]> Bytes(CsvDialect dialect)
    {
        var marks = new[] { dialect.Delimiter, dialect.Quote, dialect.Escape, (byte)'\n', (byte)'\r', (byte)'#', (byte)'a' };
        var piece = Gen.Frequency(
            (12, Gen.Elements(marks.Where(m => m != 0).Select(m => new[] { m }).ToArray())),
            (2, Gen.Elements("\r\n"u8.ToArray(), [dialect.Delimiter, dialect.Quote], [dialect.Quote, dialect.Delimiter], [(byte)'\n', dialect.Quote])),
            (1, Gen.Choose(1, 130).Select(n => Enumerable.Repeat((byte)'b', n).ToArray())));
        return piece.ListOf().Select(pieces => pieces.SelectMany(p => p).Where(b => b != 0).ToArray());
    }

    public static Gen<(CsvDialect Dialect, byte[] Text)> DialectsAndBytes { get; } =
        from dialect in Dialects
        from text in Bytes(dialect)
        select (dialect, text);

    /// <summary>Values with the dialect's own characters in them; without a quote character, only such as can be written.</summary>
    public static Gen<string> Values(CsvDialect dialect)
    {
        var special = $"{(char)dialect.Delimiter}{(char)dialect.Escape}{(char)dialect.Quote}\r\n#".Where(c => c != 0);
        if (dialect.Quote == 0) special = ['#', '\\'];
        var character = Gen.Elements([.. special, .. "abé ".ToCharArray()]);
        var text = Gen.Choose(0, 8).SelectMany(n => character.ArrayOf(n)).Select(chars => new string(chars));
        return Gen.Frequency((6, text), (1, from a in text from n in Gen.Choose(50, 140) select a + new string('x', n) + a));
    }

    /// <summary>Writes records in a dialect, with choices (needless quotes, kinds of line break) drawn from the seed.</summary>
    /// <param name="records">The values; null is written as <paramref name="nullText"/>.</param>
    /// <param name="dialect">The dialect.</param>
    /// <param name="lineBreak">The line break, or null for a mixture.</param>
    /// <param name="seed">Decides the choices.</param>
    /// <param name="nullText">What COPY is told that NULL looks like; then a quote anywhere in a value makes it quoted, as COPY needs it.</param>
    public static byte[] Write(IEnumerable<IReadOnlyList<string?>> records, CsvDialect dialect, string? lineBreak, int seed, string? nullText = null)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        var last = "";
        foreach (var record in records)
        {
            for (var i = 0; i < record.Count; i++)
            {
                if (i > 0) text.Append((char)dialect.Delimiter);
                if (record[i] is { } value) AppendField(text, value, dialect, i == 0, random, nullText);
                else text.Append(nullText);
            }
            last = lineBreak ?? LineBreakKinds[random.Next(LineBreakKinds.Length)];
            text.Append(last);
        }
        if (random.Next(2) == 0) text.Length -= last.Length;
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void AppendField(StringBuilder text, string value, CsvDialect dialect, bool isFirst, Random random, string? nullText)
    {
        var quote = (char)dialect.Quote;
        var escape = (char)dialect.Escape;
        var needsQuotes = value.Length == 0
            || value[0] == quote
            || (isFirst && value[0] == (char)dialect.Comment)
            || value.AsSpan().ContainsAny((char)dialect.Delimiter, '\r', '\n')
            || (nullText is not null && (value == nullText || value.Contains(quote)));
        if (quote == 0 || (!needsQuotes && random.Next(3) > 0))
        {
            text.Append(value);
            return;
        }
        text.Append(quote);
        for (var i = 0; i < value.Length; i++)
        {
            // An escape that is not followed by what it could escape may stand alone.
            var mustEscape = value[i] == quote
                || (value[i] == escape && (i + 1 == value.Length || value[i + 1] == quote || value[i + 1] == escape || random.Next(2) == 0));
            if (mustEscape) text.Append(escape);
            text.Append(value[i]);
        }
        text.Append(quote);
    }
}
