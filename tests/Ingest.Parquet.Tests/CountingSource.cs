using Ingest.Parquet.Sources;

namespace Ingest.Parquet.Tests;

/// <summary>Remembers what was read of a file.</summary>
internal sealed class CountingSource(byte[] bytes) : ByteSource
{
    private readonly bool[] touched = new bool[bytes.Length];

    public override string Name => "counting";

    public override long Length => bytes.Length;

    /// <summary>The bytes of the largest single read.</summary>
    public int LargestRead { get; private set; }

    public bool WasRead(long from, long to) => touched.AsSpan((int)from, (int)(to - from)).Contains(true);

    protected override int ReadSome(long offset, Span<byte> destination)
    {
        // Short reads, as a network gives them.
        var count = Math.Min(destination.Length, 5000);
        bytes.AsSpan((int)offset, count).CopyTo(destination);
        touched.AsSpan((int)offset, count).Fill(true);
        LargestRead = Math.Max(LargestRead, destination.Length);
        return count;
    }
}
