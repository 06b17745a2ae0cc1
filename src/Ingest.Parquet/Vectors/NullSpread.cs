namespace Ingest.Parquet.Vectors;

/// <summary>Moves values that were decoded without gaps to the slots that their definition levels give them.</summary>
internal static class NullSpread
{
    /// <summary>
    /// Spreads the first <paramref name="valueCount"/> slots over all of them, from the end, in place. Without a
    /// branch on each level, because nulls are as good as random; a null slot keeps some neighbour's value.
    /// </summary>
    public static void Spread<T>(Span<T> slots, ReadOnlySpan<byte> definitions, int maxDefinition, int valueCount)
        where T : unmanaged
    {
        var source = valueCount - 1;
        var i = slots.Length - 1;
        for (; source >= 0 && source < i; i--)
        {
            slots[i] = slots[source];
            source -= definitions[i] == maxDefinition ? 1 : 0;
        }
        // In front of the first value there are nulls only, which must not point anywhere.
        if (source < 0) slots[..(i + 1)].Clear();
    }
}
