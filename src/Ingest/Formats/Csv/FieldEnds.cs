using System.Buffers;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>
/// Finds the ends of the fields and records of regular text: where quotes stand in pairs around whole fields and are
/// escaped by doubling. It goes by bit masks of 64 bytes, without a branch for each character, so that no guess of the
/// processor fails (guarded by the TokenizerBenchmarks). Text that is not regular it leaves to <see cref="RecordScanner"/>.
/// </summary>
internal sealed class FieldEnds(CsvDialect dialect) : IDisposable
{
    /// <summary>As much text as is looked at before its records are taken: ends and text stay in the nearest cache.</summary>
    private const int Window = 4096;

    /// <summary>What is written past the last end of 64 bytes, eight at a time.</summary>
    private const int Slack = 64;

    private readonly Vector256<byte> delimiter = Vector256.Create(dialect.Delimiter);
    private readonly Vector256<byte> feed = Vector256.Create((byte)'\n');
    private readonly Vector256<byte> carriage = Vector256.Create((byte)'\r');
    private readonly Vector256<byte> quote = Vector256.Create(dialect.Quote == 0 ? dialect.Delimiter : dialect.Quote);
    private readonly ulong hasQuote = dialect.Quote == 0 ? 0 : ulong.MaxValue;

    // Pooled: a run may have thousands of files.
    private int[] records = ArrayPool<int>.Shared.Rent(Window);
    private int[] ends = ArrayPool<int>.Shared.Rent(2 * Window);
    private int count;
    private int recordCount;
    private int nextRecord;
    private int taken;

    private int at;
    private QuoteParity parity;

    // 1 when the last byte that was looked at is a CR.
    private ulong returned;

    /// <summary>Whether the text has turned out not to be regular, after the records that were found.</summary>
    public bool IsIrregular { get; private set; }

    /// <summary>Begins a block.</summary>
    public void Begin()
    {
        (count, recordCount, nextRecord, taken, at) = (0, 0, 0, 0, 0);
        parity = QuoteParity.AtField;
        returned = 0;
        IsIrregular = false;
    }

    /// <summary>
    /// Finds the next record; false when the text ends, or is not regular. The first of <paramref name="bounds"/> is the
    /// place before the record: field <c>i</c> lies between the bounds <c>i</c> and <c>i + 1</c>.
    /// </summary>
    /// <param name="text">The block's text, with <see cref="CsvBlock.Padding"/>.</param>
    /// <param name="length">The bytes of the block.</param>
    /// <param name="start">Where the record starts.</param>
    /// <param name="bounds">Valid until the next call.</param>
    public bool TryNext(ReadOnlySpan<byte> text, int length, int start, out ArraySegment<int> bounds)
    {
        bounds = default;
        if (nextRecord == recordCount && !Find(text, length, start)) return false;
        var first = taken;
        taken = records[nextRecord++];
        ends[first] = start - 1;
        bounds = new(ends, first, taken - first + 1);
        return true;
    }

    /// <summary>Gives its buffers back.</summary>
    public void Dispose()
    {
        ArrayPool<int>.Shared.Return(records);
        ArrayPool<int>.Shared.Return(ends);
        records = ends = [];
    }

    private bool Find(ReadOnlySpan<byte> text, int length, int start)
    {
        // The ends of a record that is not whole yet go to the front.
        count -= taken;
        ends.AsSpan(taken + 1, count).CopyTo(ends.AsSpan(1));
        (taken, recordCount, nextRecord) = (0, 0, 0);
        while (recordCount == 0 && at < length && !IsIrregular)
        {
            if (ends.Length < 1 + count + Window + Slack) Grow();
            IsIrregular = !Look(ref MemoryMarshal.GetReference(text), Math.Min(length, at + Window), length);
        }
        if (recordCount > 0) return true;
        if (IsIrregular || start >= length) return false;
        if (parity.IsInside)
        {
            IsIrregular = true;
            return false;
        }

        // The last record, without a line break.
        ends[++count] = length;
        records[recordCount++] = count;
        return true;
    }

    private void Grow()
    {
        var larger = ArrayPool<int>.Shared.Rent(ends.Length * 2);
        ends.AsSpan(0, 1 + count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(ends);
        ends = larger;
    }

    /// <summary>Looks at the text from <see cref="at"/> to <paramref name="until"/>; false where it is not regular.</summary>
    private bool Look(ref byte text, int until, int length)
    {
        // In locals, so that all of it stays in registers.
        var (parity, returned, at, count) = (this.parity, this.returned, this.at, this.count);
        var records = recordCount;
        ref var end = ref MemoryMarshal.GetArrayDataReference(ends);
        ref var record = ref MemoryMarshal.GetArrayDataReference(this.records);
        var isRegular = true;
        for (; at < until; at += 64)
        {
            var mask = new ByteMask(ref text, at);
            var feeds = mask.Of(feed);
            var returns = mask.Of(carriage);
            var breaks = feeds | returns;
            var stops = breaks | mask.Of(delimiter);
            var quotes = mask.Of(quote) & hasQuote;
            var valid = ulong.MaxValue;
            if (length - at < 64)
            {
                valid = (1UL << (length - at)) - 1;
                (feeds, returns, breaks, stops, quotes) = (feeds & valid, returns & valid, breaks & valid, stops & valid, quotes & valid);
            }

            if (quotes == 0 && parity.MaySkip)
            {
                parity.Skip((long)stops < 0);
            }
            else
            {
                isRegular = parity.TryAdvance(quotes, stops, valid, out var within);
                if (!isRegular) break;
                stops &= ~within;
                breaks &= ~within;
            }

            if ((returns | returned) != 0)
            {
                // The line feed of a CR LF ends nothing.
                var second = feeds & ((returns << 1) | returned);
                stops &= ~second;
                breaks &= ~second;
                returned = returns >> 63;
            }
            for (var left = breaks; left != 0; left &= left - 1)
                Unsafe.Add(ref record, records++) = count + 1 + BitOperations.PopCount(stops & ((left ^ (left - 1)) >> 1));
            count = Add(ref end, count, at, stops);
        }
        (this.parity, this.returned, this.at, this.count) = (parity, returned, at, count);
        recordCount = records;
        return isRegular;
    }

    /// <summary>Adds the places of all bits, eight at a time: a loop that ends with the bits is guessed wrong each time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Add(ref int ends, int count, int at, ulong stops)
    {
        ref var next = ref Unsafe.Add(ref ends, count + 1);
        count += BitOperations.PopCount(stops);
        do
        {
            next = Take(ref stops, at);
            Unsafe.Add(ref next, 1) = Take(ref stops, at);
            Unsafe.Add(ref next, 2) = Take(ref stops, at);
            Unsafe.Add(ref next, 3) = Take(ref stops, at);
            Unsafe.Add(ref next, 4) = Take(ref stops, at);
            Unsafe.Add(ref next, 5) = Take(ref stops, at);
            Unsafe.Add(ref next, 6) = Take(ref stops, at);
            Unsafe.Add(ref next, 7) = Take(ref stops, at);
            next = ref Unsafe.Add(ref next, 8);
        }
        while (stops != 0);
        return count;
    }

    /// <summary>The place of the lowest bit, which is cleared; of no meaning when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Take(ref ulong stops, int at)
    {
        var place = at + BitOperations.TrailingZeroCount(stops);
        stops &= stops - 1;
        return place;
    }
}
