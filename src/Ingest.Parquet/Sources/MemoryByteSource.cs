namespace Ingest.Parquet.Sources;

/// <summary>A file that is in memory.</summary>
/// <param name="name">The name that messages use.</param>
/// <param name="content">The whole file.</param>
public sealed class MemoryByteSource(string name, ReadOnlyMemory<byte> content) : ByteSource
{
    /// <inheritdoc/>
    public override string Name => name;

    /// <inheritdoc/>
    public override long Length => content.Length;

    /// <inheritdoc/>
    protected override int ReadSome(long offset, Span<byte> destination)
    {
        var available = content.Span[(int)offset..];
        var count = Math.Min(available.Length, destination.Length);
        available[..count].CopyTo(destination);
        return count;
    }
}
