using System.Runtime.CompilerServices;

namespace Ingest.Lanes;

/// <summary>
/// Decides which lane a record goes to. The answer depends on nothing but the key, or for a record without one, or whose key
/// does not convert, the place in the source: so a resume that cuts its blocks elsewhere deals every record to the same lane again.
/// </summary>
/// <param name="lanes">The number of lanes.</param>
/// <param name="stretch">How many positions in a row go to one lane, as a power of two: 2²⁰ bytes of text, 2¹² rows.</param>
/// <param name="first">The lane of the first position, modulo their number.</param>
internal readonly struct Dealer(int lanes, int stretch, uint first = 0)
{
    /// <summary>The version of the dealing and of the key hash; a resume of a load that was dealt otherwise is refused.</summary>
    public const int Version = 4;

    /// <summary>The stretch of a CSV source: about a block.</summary>
    public const int TextStretch = 20;

    /// <summary>The lowest bits of a key's hash, in which neighbouring integers differ.</summary>
    private const int NeighbourBits = 10;

    /// <summary>The number of lanes.</summary>
    public int Lanes => lanes;

    /// <summary>The lane of a key; neighbours go to one lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ByKey(ulong hash) => (int)((uint)(hash >> NeighbourBits) % (uint)lanes);

    /// <summary>The lane of a place in the source.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int ByPosition(long position) => (int)(((position >> stretch) + first) % lanes);
}
