using System.Runtime.CompilerServices;

namespace Ingest.Parquet.Vectors;

/// <summary>
/// Arrays of which every thread's go to one place, in sizes at most an eighth too large. The framework's shared pool
/// rounds up to powers of two and keeps arrays for each thread: pages of 20 MB took 32, several times over.
/// </summary>
internal sealed class BufferPool<T>
    where T : unmanaged
{
    /// <summary>Beyond this, what lies idle is left to the collector.</summary>
    private const long MostIdleBytes = 24 << 20;

    private const int SmallestLength = 64;

    private readonly Lock gate = new();
    private readonly Dictionary<int, Stack<T[]>> idle = [];
    private long idleBytes;

    public static BufferPool<T> Shared { get; } = new();

    /// <summary>An array of at least <paramref name="length"/> elements; what it holds means nothing.</summary>
    public T[] Rent(int length)
    {
        var size = SizeFor(length);
        lock (gate)
        {
            if (idle.TryGetValue(size, out var stack) && stack.TryPop(out var array))
            {
                idleBytes -= Bytes(array);
                return array;
            }
        }
        return GC.AllocateUninitializedArray<T>(size);
    }

    /// <summary>Gives an array back that was rented here.</summary>
    public void Return(T[] array)
    {
        var bytes = Bytes(array);
        if (bytes > MostIdleBytes) return;
        lock (gate)
        {
            // Sizes that are no longer asked for must not keep out those that are.
            if (idleBytes + bytes > MostIdleBytes) Clear();
            if (!idle.TryGetValue(array.Length, out var stack)) idle.Add(array.Length, stack = new Stack<T[]>());
            stack.Push(array);
            idleBytes += bytes;
        }
    }

    /// <summary>Eight sizes between one power of two and the next.</summary>
    private static int SizeFor(int length)
    {
        if (length <= SmallestLength) return SmallestLength;
        var step = 1 << Math.Max(0, 28 - int.LeadingZeroCount(length - 1));
        return (int)Math.Min(((long)length + step - 1) & -step, Array.MaxLength);
    }

    private static long Bytes(T[] array) => (long)array.Length * Unsafe.SizeOf<T>();

    private void Clear()
    {
        idle.Clear();
        idleBytes = 0;
    }
}
