using System.Text;
using Ingest.Buffers;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats.Csv;

/// <summary>A record as the tokenizer cut it.</summary>
/// <param name="Start">Its first byte.</param>
/// <param name="Raw">Its text without the line break, a character for each byte.</param>
/// <param name="Fields">The values, unescaped, a character for each byte; those in quotes within <c>‹›</c>.</param>
/// <param name="Malformation">What is wrong with its quoting.</param>
internal sealed record TokenizedRecord(long Start, string Raw, string Fields, CsvMalformation Malformation);

/// <summary>Runs the tokenizer over texts.</summary>
internal static class Tokenized
{
    // Between fields; in no alphabet of the tests.
    public const char Separator = '·';

    public static List<TokenizedRecord> Records(ReadOnlySpan<byte> text, CsvDialect dialect, bool keepBlankLines = true, long offset = 0)
    {
        var block = Block(text);
        try
        {
            return Records(block, dialect, keepBlankLines, offset);
        }
        finally
        {
            block.Release();
        }
    }

    public static List<TokenizedRecord> Records(CsvBlock block, CsvDialect dialect, bool keepBlankLines, long offset)
    {
        using var tokenizer = new CsvTokenizer(dialect) { KeepBlankLines = keepBlankLines };
        var records = new List<TokenizedRecord>();
        tokenizer.Begin(block);
        while (tokenizer.MoveNext())
        {
            var fields = new string[tokenizer.FieldCount];
            for (var i = 0; i < fields.Length; i++) fields[i] = Show(block, tokenizer.Field(i), dialect);
            var raw = Encoding.Latin1.GetString(block.Content.Slice(tokenizer.RecordStart, tokenizer.RecordLength));
            records.Add(new(offset + tokenizer.RecordStart, raw, string.Join(Separator, fields), tokenizer.Malformation));
        }
        return records;
    }

    /// <summary>A block whose padding is full of what would be marks if it were read.</summary>
    public static CsvBlock Block(ReadOnlySpan<byte> text)
    {
        var chunk = ChunkPool.Rent(text.Length + CsvBlock.Padding);
        chunk.Span.Fill((byte)'\n');
        text.CopyTo(chunk.Span);
        return new CsvBlock(chunk, text.Length);
    }

    public static byte[] Value(CsvBlock block, CsvField field, CsvDialect dialect)
    {
        byte[] buffer = [];
        return field.IsQuoted
            ? CsvFieldText.Unescape(block.Padded, field.Start, field.Length, dialect, ref buffer).ToArray()
            : block.Content.Slice(field.Start, field.Length).ToArray();
    }

    private static string Show(CsvBlock block, CsvField field, CsvDialect dialect)
    {
        var value = Encoding.Latin1.GetString(Value(block, field, dialect));
        return field.IsQuoted ? $"‹{value}›" : value;
    }
}
