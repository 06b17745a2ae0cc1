using System.Numerics;

namespace Ingest.Lanes;

/// <summary>
/// The key hashes of one batch, to notice that a key may occur twice: open addressing in one array that is reused,
/// because it is asked for every keyed row. 64 hashes that differ in their lowest bits share a slot, as those of
/// neighbouring integers do: a batch of them stays in the processor's nearest cache. A false alarm costs a sort on the
/// server, nothing more.
/// </summary>
internal sealed class KeySet
{
    private const int BlockBits = 6;

    private Slot[] slots = new Slot[1 << 10];
    private int count;
    private uint latest;

    /// <summary>Adds a hash; false when it was there already.</summary>
    public bool Add(ulong hash)
    {
        var block = hash >> BlockBits;
        var bit = 1UL << (int)(hash & ((1UL << BlockBits) - 1));
        if (slots[latest].Block != block || slots[latest].Hashes == 0)
        {
            if (count * 2 >= slots.Length) Grow();
            latest = Find(slots, block);
        }
        ref var slot = ref slots[latest];
        if ((slot.Hashes & bit) != 0) return false;
        if (slot.Hashes == 0) count++;
        slot = new(block, slot.Hashes | bit);
        return true;
    }

    /// <summary>Forgets all hashes.</summary>
    public void Clear()
    {
        if (count > 0) Array.Clear(slots);
        count = 0;
    }

    /// <summary>The slot of a block, or the free one where it belongs.</summary>
    private static uint Find(Slot[] slots, ulong block)
    {
        var mask = (uint)slots.Length - 1;
        // The hashes of one lane have bits in common: spread by the golden ratio.
        var slot = (uint)((block * 0x9E37_79B9_7F4A_7C15) >> (64 - BitOperations.Log2((uint)slots.Length)));
        while (slots[slot].Hashes != 0 && slots[slot].Block != block) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var larger = new Slot[slots.Length * 2];
        foreach (var slot in slots)
        {
            if (slot.Hashes != 0) larger[Find(larger, slot.Block)] = slot;
        }
        slots = larger;
    }

    /// <summary>Hashes that differ in their lowest bits only.</summary>
    /// <param name="Block">What they have in common.</param>
    /// <param name="Hashes">One bit for each; a slot without any is free.</param>
    private readonly record struct Slot(ulong Block, ulong Hashes);
}
