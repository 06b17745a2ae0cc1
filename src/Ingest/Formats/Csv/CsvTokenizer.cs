using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>
/// Splits a block into records and fields. It looks at 64 bytes at a time, turns them into a bit mask of the characters
/// that matter, and visits only those (guarded by the TokenizerBenchmarks). The rules are RFC 4180's with COPY's ESCAPE:
/// a quote opens only at the start of a field and is text elsewhere; CR, LF and CR LF end a record.
/// </summary>
internal sealed class CsvTokenizer(CsvDialect dialect)
{
    private readonly Vector256<byte> delimiter = Vector256.Create(dialect.Delimiter);
    private readonly Vector256<byte> feed = Vector256.Create((byte)'\n');
    private readonly Vector256<byte> carriage = Vector256.Create((byte)'\r');
    private readonly Vector256<byte> quote = Vector256.Create(dialect.Quote == 0 ? dialect.Delimiter : dialect.Quote);
    private readonly Vector256<byte> escape = Vector256.Create(dialect.Quote == 0 ? dialect.Delimiter : dialect.Escape);

    private CsvField[] fields = new CsvField[64];
    private CsvBlock? block;
    private ulong mask;
    private int chunk;
    private int next;

    /// <summary>The fields of the current record.</summary>
    public ReadOnlySpan<CsvField> Fields => fields.AsSpan(0, FieldCount);

    /// <summary>The number of fields of the current record.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Where the current record starts in the block.</summary>
    public int RecordStart { get; private set; }

    /// <summary>The bytes of the current record without its line break.</summary>
    public int RecordLength { get; private set; }

    /// <summary>Where the next record starts: after the line break of the current one.</summary>
    public int Next => next;

    /// <summary>What is wrong with the quoting of the current record.</summary>
    public CsvMalformation Malformation { get; private set; }

    /// <summary>Begins a block.</summary>
    public void Begin(CsvBlock block)
    {
        this.block = block;
        next = 0;
        chunk = -64;
        mask = 0;
    }

    /// <summary>Goes to the next record; false at the end of the block. Blank lines and comment lines are passed over.</summary>
    public bool MoveNext()
    {
        var text = block!.Padded;
        var length = block.Length;
        while (next < length)
        {
            if (dialect.Comment != 0 && text[next] == dialect.Comment)
            {
                SkipLine(text[..length]);
                continue;
            }
            ReadRecord(text, length);
            if (RecordLength > 0) return true;
            // A line without a single byte: a NULL in a file of one column is for the decoder to ask for.
            if (KeepBlankLines) return true;
        }
        return false;
    }

    /// <summary>Whether a line without a byte is a record (of one NULL field), as in a file of one column.</summary>
    public bool KeepBlankLines { get; init; }

    private void SkipLine(ReadOnlySpan<byte> text)
    {
        var end = text[next..].IndexOfAny((byte)'\n', (byte)'\r');
        next = end < 0 ? text.Length : next + end + 1;
        if (end >= 0 && text[next - 1] == '\r' && next < text.Length && text[next] == '\n') next++;
    }

    /// <summary>
    /// One record, from <see cref="next"/>. The state is kept in locals and no local function captures it, so that all
    /// of it stays in registers.
    /// </summary>
    private void ReadRecord(ReadOnlySpan<byte> text, int length)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        var start = next;
        var fieldStart = start;
        var resume = start;
        var close = -1;
        var count = 0;
        var flags = CsvFieldFlags.None;
        var inQuotes = false;
        var malformation = CsvMalformation.None;
        var marks = mask;
        var at = chunk;
        var separator = dialect.Delimiter;

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
                    flags |= CsvFieldFlags.Escaped;
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
                flags = CsvFieldFlags.Quoted;
                continue;
            }

            if (count == fields.Length) Array.Resize(ref fields, count * 2);
            if (close < 0)
            {
                fields[count++] = new(fieldStart, position - fieldStart, CsvFieldFlags.None);
            }
            else
            {
                if (close + 1 != position) malformation = CsvMalformation.TextAfterClosingQuote;
                fields[count++] = new(fieldStart + 1, close - fieldStart - 1, flags);
                close = -1;
            }
            fieldStart = position + 1;
            if (isDelimiter) continue;

            // Marks that are left over from this line break are passed over by the next record, by their position.
            next = position + 1;
            if (c == '\r' && next < length && Unsafe.Add(ref first, next) == '\n') next++;
            RecordLength = position - start;
            break;
        }
        mask = marks;
        chunk = at;
        FieldCount = count;
        RecordStart = start;
        Malformation = malformation;
        return;

    EndOfBlock:
        if (count == fields.Length) Array.Resize(ref fields, count * 2);
        if (inQuotes)
        {
            malformation = CsvMalformation.UnclosedQuote;
            fields[count++] = new(fieldStart + 1, length - fieldStart - 1, flags);
        }
        else if (close < 0)
        {
            fields[count++] = new(fieldStart, length - fieldStart, CsvFieldFlags.None);
        }
        else
        {
            if (close + 1 != length) malformation = CsvMalformation.TextAfterClosingQuote;
            fields[count++] = new(fieldStart + 1, close - fieldStart - 1, flags);
        }
        next = length;
        mask = 0;
        chunk = at;
        FieldCount = count;
        RecordStart = start;
        RecordLength = length - start;
        Malformation = malformation;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Load(ref byte text, int chunk, int length)
    {
        var low = Vector256.LoadUnsafe(ref text, (nuint)chunk);
        var high = Vector256.LoadUnsafe(ref text, (nuint)chunk + 32);
        var marks = Marks(low) | ((ulong)Marks(high) << 32);
        var left = length - chunk;
        return left >= 64 ? marks : marks & ((1UL << left) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Marks(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, delimiter) | Vector256.Equals(bytes, feed) | Vector256.Equals(bytes, carriage)
            | Vector256.Equals(bytes, quote) | Vector256.Equals(bytes, escape)).ExtractMostSignificantBits();
}

/// <summary>A field's place in its block.</summary>
/// <param name="Start">The first byte, inside the quotes where there are any.</param>
/// <param name="Length">The bytes, escapes included.</param>
/// <param name="Flags">How it was written.</param>
internal readonly record struct CsvField(int Start, int Length, CsvFieldFlags Flags);

/// <summary>How a field was written.</summary>
[Flags]
internal enum CsvFieldFlags : byte
{
    /// <summary>Without quotes.</summary>
    None = 0,

    /// <summary>In quotes.</summary>
    Quoted = 1,

    /// <summary>With escaped characters to undo.</summary>
    Escaped = 2,
}

/// <summary>What is wrong with a record's quoting.</summary>
internal enum CsvMalformation : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>Text between a closing quote and the next separator.</summary>
    TextAfterClosingQuote,

    /// <summary>A quote that is still open where the source ends.</summary>
    UnclosedQuote,
}
