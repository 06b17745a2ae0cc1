using System.Numerics;
using Ingest.Parquet.Codecs;

namespace Ingest.Sources;

/// <summary>
/// Zstandard (RFC 8878) through the system's libzstd: frames one after the other, skippable frames passed over, each
/// frame's checksum verified where it has one.
/// </summary>
internal sealed unsafe class ZstandardReader : ByteReader
{
    private const string Format = "Zstandard";

    // ZSTD_error_frameParameter_windowTooLarge (zstd_errors.h).
    private const int ErrorWindowTooLarge = 16;

    private readonly CompressedInput input;
    private readonly string name;
    private readonly int maxWindow;
    private readonly ZstdContext decoder;
    private long frameStart;
    private bool inFrame;

    /// <summary>Makes the decoder.</summary>
    /// <param name="inner">The bytes as stored.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <param name="maxWindow">The largest window of a frame, in bytes: so much memory the decoder takes.</param>
    /// <exception cref="SourceException">libzstd is not installed.</exception>
    public ZstandardReader(ByteReader inner, string name, int maxWindow)
    {
        input = new CompressedInput(inner, name);
        this.name = name;
        this.maxWindow = maxWindow;
        try
        {
            decoder = ZstdContext.Create(BitOperations.Log2((uint)maxWindow));
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            throw SourceErrors.ZstandardMissing(name, e);
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        while (true)
        {
            var filled = input.Fill();
            if (!filled && !inFrame) return input.Offset > 0 ? 0 : throw SourceErrors.Truncated(name, Format, 0);
            if (!inFrame)
            {
                frameStart = input.Offset;
                inFrame = true;
            }
            var written = Decompress(buffer);
            if (written > 0) return written;
            // Without input the decoder may still flush what it holds; when it has nothing either, the frame is cut.
            if (!filled && inFrame) throw SourceErrors.Truncated(name, Format, input.Offset);
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        decoder.Dispose();
        input.Dispose();
    }

    private int Decompress(Span<byte> buffer)
    {
        nuint hint;
        LibZstd.Buffer source, target;
        fixed (byte* from = input.Available)
        fixed (byte* to = buffer)
        {
            source = new() { Start = from, Size = (nuint)input.Available.Length };
            target = new() { Start = to, Size = (nuint)buffer.Length };
            hint = LibZstd.DecompressStream(decoder, &target, &source);
        }
        var error = LibZstd.GetErrorCode(hint);
        if (error == ErrorWindowTooLarge) throw SourceErrors.WindowTooLarge(name, maxWindow, frameStart);
        if (error != 0)
        {
            // Between frames, what does not begin like a frame is not Zstandard.
            if (input.Offset == frameStart && frameStart > 0 && target.Position == 0)
                throw SourceErrors.TrailingGarbage(name, Format, frameStart);
            throw SourceErrors.Corrupt(name, Format, input.Offset, LibZstd.ErrorName(hint));
        }
        input.Advance((int)source.Position);
        // 0: the frame is complete and flushed.
        if (hint == 0) inFrame = false;
        return (int)target.Position;
    }
}
