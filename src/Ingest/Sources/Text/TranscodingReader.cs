namespace Ingest.Sources;

/// <summary>Reads a source that is not UTF-8 as UTF-8.</summary>
internal sealed class TranscodingReader(ByteReader inner, Transcoder transcoder) : ByteReader
{
    private const int InputSize = 32 << 10;

    private readonly byte[] input = new byte[InputSize];
    private readonly byte[] output = new byte[transcoder.MaxOutput(InputSize)];
    private int inputLength;
    private int outputStart;
    private int outputEnd;
    private bool ended;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (outputStart == outputEnd && !ended) Refill();
        var size = Math.Min(buffer.Length, outputEnd - outputStart);
        output.AsSpan(outputStart, size).CopyTo(buffer);
        outputStart += size;
        return size;
    }

    /// <inheritdoc/>
    public override void Dispose() => inner.Dispose();

    private void Refill()
    {
        var read = inner.Read(input.AsSpan(inputLength));
        ended = read == 0;
        inputLength += read;
        outputStart = 0;
        outputEnd = transcoder.Convert(input.AsSpan(0, inputLength), output, ended, out var consumed);
        input.AsSpan(consumed, inputLength - consumed).CopyTo(input);
        inputLength -= consumed;
    }
}
