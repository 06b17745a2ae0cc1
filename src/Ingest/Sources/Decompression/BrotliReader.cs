using System.Buffers;
using System.IO.Compression;

namespace Ingest.Sources;

/// <summary>
/// Brotli (RFC 7932) through the framework's decoder. Not through BrotliStream: the decoder itself says whether the
/// stream came to its end, so that a cut and bytes behind the end are errors. Brotli has no checksum.
/// </summary>
internal sealed class BrotliReader(ByteReader inner, string name) : ByteReader
{
    private const string Format = "Brotli";

    private readonly CompressedInput input = new(inner, name);
    private BrotliDecoder decoder;
    private bool ended;

    /// <summary>Whether the first bytes of a file decode, as far as they go.</summary>
    public static bool LooksLikeBrotli(ReadOnlySpan<byte> head)
    {
        using var trial = new BrotliDecoder();
        var output = ArrayPool<byte>.Shared.Rent(256 << 10);
        try
        {
            // The head may unfold to any length: DestinationTooSmall means that it went well so far.
            return trial.Decompress(head, output, out _, out _) != OperationStatus.InvalidData;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (ended || buffer.IsEmpty) return 0;
        while (true)
        {
            var filled = input.Fill();
            var status = decoder.Decompress(input.Available, buffer, out var consumed, out var written);
            input.Advance(consumed);
            if (status == OperationStatus.InvalidData) throw SourceErrors.Corrupt(name, Format, input.Offset, "not a valid stream");
            if (status == OperationStatus.Done)
            {
                ended = true;
                if (input.Fill()) throw SourceErrors.TrailingGarbage(name, Format, input.Offset);
            }
            if (written > 0 || ended) return written;
            if (!filled) throw SourceErrors.Truncated(name, Format, input.Offset);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        decoder.Dispose();
        input.Dispose();
    }
}
