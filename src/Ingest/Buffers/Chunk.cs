using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ingest.Buffers;

/// <summary>
/// A stretch of memory that is rented and given back. One of the pool's lies outside the collected heap: a load fills the same
/// few hundred of them over and over, and the collector has nothing to do with any. It has no finalizer: a span does not keep its
/// chunk alive, so one that nobody gives back must stay rather than go too early. One that is made for the occasion is an array.
/// </summary>
internal sealed unsafe class Chunk : MemoryManager<byte>
{
    /// <summary>A cache line, so that no vector at a round offset crosses two.</summary>
    private const int Alignment = 64;

    private byte[]? array;
    private byte* start;

    /// <summary>Allocates; the bytes have no meaning yet.</summary>
    /// <param name="length">The number of bytes.</param>
    /// <param name="isPooled">
    /// Whether it will be used again. The system's heap gives large blocks that were freed back to the system late
    /// (measured: 280 MB for records of 15 MB, against 185 MB).
    /// </param>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public Chunk(int length, bool isPooled)
    {
        Length = length;
        if (isPooled) start = (byte*)NativeMemory.AlignedAlloc((nuint)length, Alignment);
        else array = GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>A piece of memory that is never given back.</summary>
    /// <param name="start">Its first byte.</param>
    /// <param name="length">The number of bytes.</param>
    public Chunk(byte* start, int length)
    {
        this.start = start;
        Length = length;
        Stays = true;
    }

    /// <summary>No bytes.</summary>
    public static Chunk Empty { get; } = new(0, isPooled: false);

    /// <summary>Whether the pool takes it back.</summary>
    public bool IsPooled => array is null;

    /// <summary>Whether its memory is never given back.</summary>
    public bool Stays { get; }

    /// <summary>The number of bytes; 0 once they were given back to the system.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes. Every row asks several times (guarded by the DecodeBenchmarks).</summary>
    public Span<byte> Span
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => array is null ? new Span<byte>(start, Length) : array;
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan() => Span;

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)Length, nameof(elementIndex));
        return array is null ? new MemoryHandle(start + elementIndex) : array.AsMemory(elementIndex).Pin();
    }

    /// <inheritdoc/>
    public override void Unpin()
    {
        // The handle of an array is its own; the rest never moves.
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!Stays) NativeMemory.AlignedFree(start);
        start = null;
        array = null;
        Length = 0;
    }
}
