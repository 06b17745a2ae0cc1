namespace Ingest.Formats.Csv;

/// <summary>
/// Finds the last record boundary of a piece of CSV text. It hops from quote to quote and looks at nothing else, so that
/// the one reader of a file is never what a load waits for; the rules for quotes are those of
/// <see cref="CsvTokenizer"/>, and a property test holds the two together.
/// </summary>
internal sealed class RecordBoundary(CsvDialect dialect)
{
    /// <summary>The stretches outside quotes, as start and end, in order.</summary>
    private readonly List<(int Start, int End)> outside = [];

    /// <summary>Where the quote stands that was open at the end of the text, or −1.</summary>
    public int OpenQuote { get; private set; } = -1;

    /// <summary>
    /// The length of the whole records at the front of <paramref name="text"/>, which starts at a record boundary; 0 when
    /// not even the first record is whole.
    /// </summary>
    public int FindLast(ReadOnlySpan<byte> text)
    {
        Scan(text);
        for (var i = outside.Count - 1; i >= 0; i--)
        {
            var (start, end) = outside[i];
            var feed = text[start..end].LastIndexOf((byte)'\n');
            if (feed >= 0) return start + feed + 1;
        }

        // Only a file without line feeds ends its records with a lone CR; one at the very end may be half of a CR LF.
        for (var i = outside.Count - 1; i >= 0; i--)
        {
            var (start, end) = outside[i];
            var last = Math.Min(end, text.Length - 1);
            if (last <= start) continue;
            var carriage = text[start..last].LastIndexOf((byte)'\r');
            if (carriage >= 0) return start + carriage + 1;
        }
        return 0;
    }

    private void Scan(ReadOnlySpan<byte> text)
    {
        outside.Clear();
        OpenQuote = -1;
        var start = 0;
        if (dialect.Quote != 0)
        {
            var position = 0;
            while (true)
            {
                var hop = text[position..].IndexOf(dialect.Quote);
                if (hop < 0) break;
                var quote = position + hop;
                position = quote + 1;
                if (!StartsField(text, quote)) continue;
                if (dialect.Comment != 0 && InComment(text, start, quote))
                {
                    // To the end of its line at once: looking back from each of its quotes would take quadratic time.
                    var end = text[position..].IndexOfAny((byte)'\n', (byte)'\r');
                    if (end < 0) break;
                    position += end;
                    continue;
                }
                outside.Add((start, quote));
                var close = FindClose(text, quote + 1);
                if (close < 0)
                {
                    OpenQuote = quote;
                    return;
                }
                start = position = close + 1;
            }
        }
        outside.Add((start, text.Length));
    }

    private bool StartsField(ReadOnlySpan<byte> text, int quote) =>
        quote == 0 || (text[quote - 1] is var before && (before == dialect.Delimiter || before == '\n' || before == '\r'));

    /// <summary>A line that began inside quotes cannot be a comment, so only lines after the last close count.</summary>
    private bool InComment(ReadOnlySpan<byte> text, int lastClose, int position)
    {
        var line = lastClose + text[lastClose..position].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return (line > lastClose || lastClose == 0) && text[line] == dialect.Comment;
    }

    /// <summary>The place of the closing quote, or −1 when the text ends before it is certain.</summary>
    private int FindClose(ReadOnlySpan<byte> text, int position)
    {
        while (true)
        {
            var hop = text[position..].IndexOfAny(dialect.Quote, dialect.Escape);
            if (hop < 0) return -1;
            position += hop;
            if (text[position] == dialect.Escape && dialect.Escape != dialect.Quote)
            {
                if (position + 1 >= text.Length) return -1;
                position += 2;
                continue;
            }
            if (dialect.Escape == dialect.Quote)
            {
                if (position + 1 >= text.Length) return -1;
                if (text[position + 1] == dialect.Quote)
                {
                    position += 2;
                    continue;
                }
            }
            return position;
        }
    }
}
