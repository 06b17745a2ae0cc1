using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>
/// Finds the last record boundary of a piece of CSV text. It looks at little else than quotes, so that
/// the one reader of a file is never what a load waits for; the rules for quotes are those of
/// <see cref="CsvTokenizer"/>, and a property test holds the two together.
/// </summary>
internal sealed class RecordBoundary(CsvDialect dialect)
{
    private readonly Vector256<byte> quote = Vector256.Create(dialect.Quote);
    private readonly Vector256<byte> escape = Vector256.Create(dialect.Escape);
    private readonly Vector256<byte> delimiter = Vector256.Create(dialect.Delimiter);
    private readonly Vector256<byte> feed = Vector256.Create((byte)'\n');
    private readonly Vector256<byte> carriage = Vector256.Create((byte)'\r');
    private readonly bool mayBeRegular = dialect.Quote != 0 && QuoteParity.Serves(dialect);

    /// <summary>The stretches outside quotes, as start and end, in order.</summary>
    private readonly List<(int Start, int End)> outside = [];

    /// <summary>Where no boundary was found: where the quote stands that is open at the end of the text, or −1.</summary>
    public int OpenQuote { get; private set; } = -1;

    /// <summary>
    /// The length of the whole records at the front of <paramref name="text"/>, which starts at a record boundary; 0 when
    /// not even the first record is whole.
    /// </summary>
    public int FindLast(ReadOnlySpan<byte> text)
    {
        OpenQuote = -1;
        return mayBeRegular && FindLastFeed(text) is >= 0 and var last ? last + 1 : FindLastOfAny(text);
    }

    /// <summary>The last line feed outside quotes; −1 when there is none, or the text is not regular.</summary>
    private int FindLastFeed(ReadOnlySpan<byte> text)
    {
        var parity = QuoteParity.AtField;
        var last = -1;
        Span<byte> tail = stackalloc byte[64];
        for (var at = 0; at < text.Length; at += 64)
        {
            var valid = ulong.MaxValue;
            scoped var bytes = text[at..];
            if (bytes.Length < 64)
            {
                valid = (1UL << bytes.Length) - 1;
                tail.Clear();
                bytes.CopyTo(tail);
                bytes = tail;
            }
            var mask = new ByteMask(ref MemoryMarshal.GetReference(bytes), 0);
            var feeds = mask.Of(feed) & valid;
            var quotes = mask.Of(quote) & valid;
            if (quotes == 0 && parity.MaySkip)
            {
                parity.Skip(bytes[63] is var c && (c == dialect.Delimiter || c == '\n' || c == '\r'));
            }
            else
            {
                var stops = (mask.Of(delimiter) | mask.Of(carriage) | feeds) & valid;
                if (!parity.TryAdvance(quotes, stops, valid, out var within)) return -1;
                feeds &= ~within;
            }
            if (feeds != 0) last = at + BitOperations.Log2(feeds);
        }
        return last;
    }

    private int FindLastOfAny(ReadOnlySpan<byte> text)
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

    /// <summary>Visits every quote and escape character, by masks of 64 bytes as the tokenizer does.</summary>
    private void Scan(ReadOnlySpan<byte> text)
    {
        outside.Clear();
        var start = 0;
        var open = -1;
        var resume = 0;
        for (var at = 0; at < text.Length && dialect.Quote != 0; at += 64)
        {
            for (var marks = Marks(text, at); marks != 0; marks &= marks - 1)
            {
                var position = at + BitOperations.TrailingZeroCount(marks);
                if (position < resume) continue;
                if (open >= 0)
                {
                    resume = AfterEscape(text, position);
                    if (resume > position) continue;
                    open = -1;
                    start = position + 1;
                    continue;
                }
                if (text[position] != dialect.Quote || !StartsField(text, position)) continue;
                if (dialect.Comment != 0 && InComment(text, start, position))
                {
                    // To the end of its line at once: looking back from each of its quotes would take quadratic time.
                    var end = text[position..].IndexOfAny((byte)'\n', (byte)'\r');
                    resume = end < 0 ? text.Length : position + end;
                    continue;
                }
                outside.Add((start, position));
                open = position;
            }
        }
        OpenQuote = open;
        if (open < 0) outside.Add((start, text.Length));
    }

    /// <summary>
    /// Inside quotes: the place after what an escape at <paramref name="position"/> stands for, or 0 where a quote closes.
    /// A quote at the very end is not certain to close: the next piece may double it.
    /// </summary>
    private int AfterEscape(ReadOnlySpan<byte> text, int position)
    {
        if (dialect.Escape != dialect.Quote) return text[position] == dialect.Escape ? position + 2 : 0;
        return position + 1 >= text.Length || text[position + 1] == dialect.Quote ? position + 2 : 0;
    }

    private ulong Marks(ReadOnlySpan<byte> text, int at)
    {
        var left = text.Length - at;
        if (left >= 64) return Marks(text[at..]);
        Span<byte> tail = stackalloc byte[64];
        tail.Clear();
        text[at..].CopyTo(tail);
        return Marks(tail) & ((1UL << left) - 1);
    }

    private ulong Marks(ReadOnlySpan<byte> bytes)
    {
        var mask = new ByteMask(ref MemoryMarshal.GetReference(bytes), 0);
        return mask.Of(quote) | mask.Of(escape);
    }

    private bool StartsField(ReadOnlySpan<byte> text, int quote) =>
        quote == 0 || (text[quote - 1] is var before && (before == dialect.Delimiter || before == '\n' || before == '\r'));

    /// <summary>A line that began inside quotes cannot be a comment, so only lines after the last close count.</summary>
    private bool InComment(ReadOnlySpan<byte> text, int lastClose, int position)
    {
        var line = lastClose + text[lastClose..position].LastIndexOfAny((byte)'\n', (byte)'\r') + 1;
        return (line > lastClose || lastClose == 0) && text[line] == dialect.Comment;
    }
}
