using System.Runtime.CompilerServices;

namespace Ingest.Benchmarks.Data;

/// <summary>Numbers that follow from a row's number alone, the same on every machine and in every release.</summary>
/// <param name="seed">The row's number, mixed with what tells one dataset from another.</param>
internal struct RowRandom(ulong seed)
{
    private ulong state = Mix(seed);

    /// <summary>The bits as they are now.</summary>
    public readonly ulong Bits => state;

    /// <summary>Takes a number from 0 up to a bound, which is not part of it.</summary>
    public ulong Take(ulong below)
    {
        var taken = state % below;
        state /= below;
        if (state < 1UL << 24) state = Mix(state + taken);
        return taken;
    }

    /// <summary>Drops so many bits.</summary>
    public void Skip(int bits) => state >>= bits;

    /// <summary>Starts from new bits.</summary>
    public void Reseed(ulong seed) => state = Mix(seed);

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014): no two values have the same result.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
