using System.Numerics;

namespace Ingest.Lanes;

/// <summary>
/// The key hashes of one batch, to notice that a key may occur twice: open addressing in one array that is reused,
/// because it is asked for every keyed row. A false alarm costs a sort on the server, nothing more.
/// </summary>
internal sealed class KeySet
{
    private ulong[] slots = new ulong[1 << 12];
    private int count;

    /// <summary>Adds a hash; false when it was there already.</summary>
    public bool Add(ulong hash)
    {
        // 0 marks a free slot.
        if (hash == 0) hash = 1;
        if (count * 2 >= slots.Length) Grow();
        if (!Insert(slots, hash)) return false;
        count++;
        return true;
    }

    /// <summary>Forgets all hashes.</summary>
    public void Clear()
    {
        if (count > 0) Array.Clear(slots);
        count = 0;
    }

    private static bool Insert(ulong[] slots, ulong hash)
    {
        var mask = (uint)slots.Length - 1;
        // The hashes of one lane have bits in common, and those of neighbours nearly all: spread by the golden ratio.
        var slot = (uint)((hash * 0x9E37_79B9_7F4A_7C15) >> (64 - BitOperations.Log2((uint)slots.Length)));
        while (slots[slot] != 0)
        {
            if (slots[slot] == hash) return false;
            slot = (slot + 1) & mask;
        }
        slots[slot] = hash;
        return true;
    }

    private void Grow()
    {
        var larger = new ulong[slots.Length * 2];
        foreach (var hash in slots)
        {
            if (hash != 0) Insert(larger, hash);
        }
        slots = larger;
    }
}
