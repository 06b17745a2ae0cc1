using Ingest.Lanes;

namespace Ingest.Formats.Csv;

/// <summary>A slice of decoded CSV text that starts and ends at a record boundary.</summary>
internal sealed class CsvBlock : RecordBlock
{
    /// <summary>Readable bytes after the content, so that the tokenizer may load whole vectors at the end.</summary>
    public const int Padding = 64;

    private byte[] array;

    /// <summary>Takes over a pooled array with at least <see cref="Padding"/> bytes after the content.</summary>
    /// <param name="array">The pooled array.</param>
    /// <param name="length">The bytes of content.</param>
    public CsvBlock(byte[] array, int length)
    {
        this.array = array;
        Length = length;
    }

    /// <summary>The bytes of content.</summary>
    public int Length { get; }

    /// <summary>The content.</summary>
    public ReadOnlySpan<byte> Content => array.AsSpan(0, Length);

    /// <summary>The content followed by <see cref="Padding"/> bytes of no meaning.</summary>
    public ReadOnlySpan<byte> Padded => array.AsSpan(0, Length + Padding);

    /// <inheritdoc/>
    public override int RetainedBytes => array.Length;

    /// <inheritdoc/>
    public override RawRecord Raw(int start, int length) => new(
        array.AsMemory(start, length),
        Start.Line + LineBreaks.Count(Content[..start]) + 1,
        Start.Position + start);

    /// <inheritdoc/>
    protected override void Free()
    {
        var returned = array;
        array = [];
        ChunkPool.Blocks.Return(returned);
    }
}
