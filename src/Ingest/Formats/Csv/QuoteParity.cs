using System.Runtime.CompilerServices;

namespace Ingest.Formats.Csv;

/// <summary>
/// Tells which bytes stand in quotes, by bit masks of 64 bytes in a row: as many quotes as are odd in number open. That
/// holds for regular text alone, where every quote stands at an end of a field or is doubled; other text is noticed.
/// </summary>
internal struct QuoteParity
{
    // What the last 64 bytes leave to the next ones: all bits inside quotes, and one bit for what their last byte was.
    private ulong inside;
    private ulong beforeField;
    private ulong closed;

    /// <summary>At the start of a field.</summary>
    public static QuoteParity AtField => new() { beforeField = 1 };

    /// <summary>Whether text is regular wherever it is not damaged: a doubled quote is the only escape, and no line a comment.</summary>
    public static bool Serves(CsvDialect dialect) =>
        dialect.Comment == 0 && (dialect.Quote == 0 || dialect.Escape == dialect.Quote);

    /// <summary>Whether the last byte stands in quotes, or opens them.</summary>
    public readonly bool IsInside => inside != 0;

    /// <summary>Whether the next 64 bytes may be passed over if they have no quote.</summary>
    public readonly bool MaySkip => (inside | closed) == 0;

    /// <summary>Goes past 64 bytes without quotes, from outside quotes.</summary>
    /// <param name="endsField">Whether the last of them is a separator or a line break.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(bool endsField) => beforeField = endsField ? 1UL : 0;

    /// <summary>Goes past 64 bytes; false when they are not regular.</summary>
    /// <param name="quotes">The quotes among them.</param>
    /// <param name="stops">The separators and line breaks among them.</param>
    /// <param name="valid">The bits of the bytes that there are: at the end of the text less than 64.</param>
    /// <param name="within">The bytes inside quotes; of the quotes those that open.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryAdvance(ulong quotes, ulong stops, ulong valid, out ulong within)
    {
        within = Parity(quotes) ^ inside;
        var closes = quotes & ~within;
        var fieldEnds = (stops & ~within) | closes;
        // A quote opens at the start of a field, or right after one that seemed to close: the two stand for one.
        var misplaced = quotes & within & ~((fieldEnds << 1) | beforeField);
        // After a quote that closes comes the end of its field, a second quote, or the end of the text.
        misplaced |= ((closes << 1) | closed) & valid & ~(stops | quotes);
        inside = (ulong)((long)within >> 63);
        closed = closes >> 63;
        beforeField = fieldEnds >> 63;
        return misplaced == 0;
    }

    /// <summary>For each bit, whether the bits up to and with it are odd in number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Parity(ulong bits)
    {
        bits ^= bits << 1;
        bits ^= bits << 2;
        bits ^= bits << 4;
        bits ^= bits << 8;
        bits ^= bits << 16;
        return bits ^ (bits << 32);
    }
}
