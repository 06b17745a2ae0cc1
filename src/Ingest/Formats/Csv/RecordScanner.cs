using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>
/// Cuts one record at a time, in any dialect and however damaged: it turns 64 bytes into a bit mask of the characters that
/// matter, and visits only those.
/// </summary>
internal sealed class RecordScanner(CsvDialect dialect)
{
    private readonly Vector256<byte> delimiter = Vector256.Create(dialect.Delimiter);
    private readonly Vector256<byte> feed = Vector256.Create((byte)'\n');
    private readonly Vector256<byte> carriage = Vector256.Create((byte)'\r');
    private readonly Vector256<byte> quote = Vector256.Create(dialect.Quote == 0 ? dialect.Delimiter : dialect.Quote);
    private readonly Vector256<byte> escape = Vector256.Create(dialect.Quote == 0 ? dialect.Delimiter : dialect.Escape);

    private int[] bounds = new int[64];
    private ulong mask;
    private int chunk;

    /// <summary>Begins with the record at <paramref name="start"/>.</summary>
    public void Begin(int start)
    {
        chunk = (start & ~63) - 64;
        mask = 0;
    }

    /// <summary>
    /// Cuts the record at <paramref name="start"/>, which ends where the one before did. The state is kept in locals and no
    /// local function captures it, so that all of it stays in registers.
    /// </summary>
    /// <param name="text">The block's text, with <see cref="CsvBlock.Padding"/>.</param>
    /// <param name="length">The bytes of the block.</param>
    /// <param name="start">Where the record starts.</param>
    /// <param name="bounds">The bounds of its fields, as <see cref="FieldEnds.TryNext"/> has them; valid until the next call.</param>
    /// <returns>What is wrong with the quoting.</returns>
    public CsvMalformation Read(ReadOnlySpan<byte> text, int length, int start, out ArraySegment<int> bounds)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        var fieldStart = start;
        var resume = start;
        var close = -1;
        var count = 1;
        var inQuotes = false;
        var malformation = CsvMalformation.None;
        var marks = mask;
        var at = chunk;
        var separator = dialect.Delimiter;
        this.bounds[0] = start - 1;

        while (true)
        {
            while (marks == 0)
            {
                at += 64;
                if (at >= length) goto EndOfBlock;
                marks = Load(ref first, at, length);
            }
            var position = at + BitOperations.TrailingZeroCount(marks);
            marks &= marks - 1;
            if (position < resume) continue;
            var c = Unsafe.Add(ref first, position);

            if (inQuotes)
            {
                var isEscape = c == dialect.Escape
                    && (dialect.Escape != dialect.Quote || (position + 1 < length && Unsafe.Add(ref first, position + 1) == c));
                if (isEscape)
                {
                    resume = position + 2;
                }
                else if (c == dialect.Quote)
                {
                    inQuotes = false;
                    close = position;
                }
                continue;
            }

            var isDelimiter = c == separator;
            if (!isDelimiter && c != '\n' && c != '\r')
            {
                // A quote elsewhere than at the start of a field is text; escape characters mean nothing outside quotes.
                if (c != dialect.Quote || dialect.Quote == 0 || position != fieldStart) continue;
                inQuotes = true;
                continue;
            }

            if (close >= 0 && close + 1 != position) malformation = CsvMalformation.TextAfterClosingQuote;
            close = -1;
            if (count == this.bounds.Length) Array.Resize(ref this.bounds, count * 2);
            this.bounds[count++] = position;
            fieldStart = position + 1;
            if (isDelimiter) continue;

            // Marks that are left over from this line break are passed over by the next record, by their position.
            break;
        }
        mask = marks;
        chunk = at;
        bounds = new(this.bounds, 0, count);
        return malformation;

    EndOfBlock:
        if (inQuotes) malformation = CsvMalformation.UnclosedQuote;
        else if (close >= 0 && close + 1 != length) malformation = CsvMalformation.TextAfterClosingQuote;
        if (count == this.bounds.Length) Array.Resize(ref this.bounds, count * 2);
        this.bounds[count++] = length;
        mask = 0;
        chunk = at;
        bounds = new(this.bounds, 0, count);
        return malformation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Load(ref byte text, int chunk, int length)
    {
        var mask = new ByteMask(ref text, chunk);
        var marks = mask.Of(delimiter) | mask.Of(feed) | mask.Of(carriage) | mask.Of(quote) | mask.Of(escape);
        var left = length - chunk;
        return left >= 64 ? marks : marks & ((1UL << left) - 1);
    }
}
