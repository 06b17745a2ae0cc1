using Ingest.Parquet.Pages;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>
/// DELTA_BYTE_ARRAY (Encodings.md): the lengths of the prefixes shared with the value before, then the suffixes as
/// DELTA_LENGTH_BYTE_ARRAY. Values are put together in a buffer of their own, a slice at a time; what that takes is
/// known, and held against the limit, before it is rented.
/// </summary>
internal sealed class DeltaBytesDecoder(ByteCursor data, int fixedLength, int maxBytes, PageMemory memory) : ValueDecoder<ByteRange>
{
    private DeltaBinaryDecoder? prefixes;
    private DeltaBinaryDecoder? suffixes;
    private int position;
    private byte[] last = [];
    private int lastLength;

    public override void Read(Span<ByteRange> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        if (prefixes is null) Start();
        var lengths = BufferPool<int>.Shared.Rent(destination.Length * 2);
        try
        {
            var shared = lengths.AsSpan(0, destination.Length);
            var added = lengths.AsSpan(destination.Length, destination.Length);
            prefixes!.Read(shared);
            suffixes!.Read(added);
            var bytes = Measure(shared, added);
            memory.TakeForSlice(bytes);
            var heap = new PageBuffer(bytes);
            var buffer = buffers.Add(heap);
            heap.Release();
            Assemble(shared, added, destination, heap.Array, buffer);
        }
        finally
        {
            BufferPool<int>.Shared.Return(lengths);
        }
    }

    public override void Release()
    {
        if (last.Length > 0) BufferPool<byte>.Shared.Return(last);
        last = [];
    }

    private void Start()
    {
        prefixes = new DeltaBinaryDecoder(data);
        data.Position = prefixes.FindEnd();
        suffixes = new DeltaBinaryDecoder(data);
        position = suffixes.FindEnd();
    }

    private int Measure(ReadOnlySpan<int> shared, ReadOnlySpan<int> added)
    {
        long total = 0, bytes = 0;
        var previous = lastLength;
        for (var i = 0; i < shared.Length; i++)
        {
            if ((uint)shared[i] > (uint)previous) throw ParquetErrors.Corrupt("a value shares more bytes with the one before than that has");
            bytes += (uint)added[i];
            if (bytes > data.End - position) throw ParquetErrors.Ends("the values of a page");
            previous = shared[i] + added[i];
            if (fixedLength > 0 && previous != fixedLength) throw ParquetErrors.Corrupt($"a value has {previous} bytes where its type has {fixedLength}");
            total += previous;
            if (total > maxBytes)
                throw ParquetErrors.Limit("the size of delta-encoded values in a slice", total, maxBytes, "smaller pages");
        }
        return (int)total;
    }

    private void Assemble(ReadOnlySpan<int> shared, ReadOnlySpan<int> added, Span<ByteRange> destination, byte[] heap, int buffer)
    {
        var at = 0;
        ReadOnlySpan<byte> previous = last.AsSpan(0, lastLength);
        for (var i = 0; i < shared.Length; i++)
        {
            var value = heap.AsSpan(at, shared[i] + added[i]);
            previous[..shared[i]].CopyTo(value);
            data.Array.AsSpan(position, added[i]).CopyTo(value[shared[i]..]);
            position += added[i];
            destination[i] = new ByteRange(buffer, at, value.Length);
            at += value.Length;
            previous = value;
        }
        Keep(previous);
    }

    // The last value is the next slice's first prefix, and the slice may be gone by then.
    private void Keep(ReadOnlySpan<byte> value)
    {
        if (last.Length < value.Length)
        {
            if (last.Length > 0) BufferPool<byte>.Shared.Return(last);
            last = BufferPool<byte>.Shared.Rent(value.Length);
        }
        value.CopyTo(last);
        lastLength = value.Length;
    }
}
