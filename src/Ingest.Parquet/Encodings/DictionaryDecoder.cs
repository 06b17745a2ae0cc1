using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// RLE_DICTIONARY (and its older name PLAIN_DICTIONARY): a bit width, then indices as runs and bit-packed groups. The
/// indices are resolved into slots at once: a byte-array slot is 12 bytes that point into the dictionary, so that long
/// values are never repeated in memory.
/// </summary>
internal sealed class DictionaryDecoder<T, TIndices>(DictionaryPage<T> dictionary, TIndices indices) : ValueDecoder<T>
    where T : unmanaged
    where TIndices : struct, IIndexRuns
{
    private const int BatchSize = 1024;

    private TIndices indices = indices;

    public override void Read(Span<T> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        var buffer = dictionary.Buffer is { } bytes ? buffers.Add(bytes) : 0;
        var whole = destination;
        Span<int> batch = stackalloc int[BatchSize];
        while (destination.Length > 0)
        {
            var count = indices.TakeRepeated(destination.Length, out var index);
            if (count > 0)
            {
                if ((uint)index >= (uint)dictionary.Count) throw OutOfRange(index);
                destination[..count].Fill(dictionary.Values[index]);
            }
            else
            {
                count = indices.TakePacked(batch[..Math.Min(BatchSize, destination.Length)]);
                Gather(batch[..count], destination);
            }
            destination = destination[count..];
        }
        if (typeof(T) == typeof(ByteRange) && buffer != 0) Rebase(whole, buffer);
    }

    private void Gather(ReadOnlySpan<int> batch, Span<T> destination)
    {
        // One check for the batch, in vectors; as unsigned numbers, so that an index of 32 bits is too large, too.
        var largest = Largest(batch);
        if (largest >= (uint)dictionary.Count) throw OutOfRange((int)largest);
        ref var values = ref MemoryMarshal.GetArrayDataReference(dictionary.Values);
        ref var target = ref MemoryMarshal.GetReference(destination[..batch.Length]);
        for (var i = 0; i < batch.Length; i++) Unsafe.Add(ref target, i) = Unsafe.Add(ref values, batch[i]);
    }

    private static uint Largest(ReadOnlySpan<int> batch)
    {
        ref var first = ref Unsafe.As<int, uint>(ref MemoryMarshal.GetReference(batch));
        var largest = Vector256<uint>.Zero;
        var i = 0;
        for (; i <= batch.Length - Vector256<uint>.Count; i += Vector256<uint>.Count)
            largest = Vector256.Max(largest, Vector256.LoadUnsafe(ref first, (nuint)i));
        var result = 0u;
        for (var lane = 0; lane < Vector256<uint>.Count; lane++) result = Math.Max(result, largest[lane]);
        for (; i < batch.Length; i++) result = Math.Max(result, (uint)batch[i]);
        return result;
    }

    // The dictionary's values say buffer 0; in a vector that looks into several buffers it has another index.
    private static void Rebase(Span<T> slots, int buffer)
    {
        foreach (ref var slot in MemoryMarshal.Cast<T, ByteRange>(slots)) slot = slot with { Buffer = buffer };
    }

    private ParquetException OutOfRange(int index) => ParquetErrors.Corrupt(
        $"a dictionary index is {(uint)index} where the dictionary has {dictionary.Count} values");
}
