using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>Zstandard a piece at a time; the library keeps the frame's window, which the level of compression decides.</summary>
internal sealed class ZstdStream(ZstdCodec codec, ChunkWindow input, int length) : PageStream(input, length)
{
    private readonly ZstdContext context = ZstdCodec.CreateContext();

    /// <inheritdoc/>
    public override void Dispose()
    {
        context.Dispose();
        base.Dispose();
    }

    protected override int ReadSome(Span<byte> destination)
    {
        while (true)
        {
            var isAll = Input.Remaining == 0;
            var written = Step(destination);
            if (written > 0) return written;
            if (isAll) throw ParquetErrors.Size(codec.Name, Length, Length - Remaining);
        }
    }

    protected override void CheckEnd()
    {
        Span<byte> next = stackalloc byte[1];
        while (true)
        {
            var isAll = Input.Remaining == 0;
            if (Step(next) > 0) throw ParquetErrors.Codec(codec.Name, $"it is longer than the page's {Length} bytes");
            if (isAll) return;
        }
    }

    private unsafe int Step(Span<byte> destination)
    {
        var source = Input.Peek(1);
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            var read = new LibZstd.Buffer { Start = from, Size = (nuint)source.Length };
            var written = new LibZstd.Buffer { Start = to, Size = (nuint)destination.Length };
            codec.Check(LibZstd.DecompressStream(context, &written, &read));
            Input.Advance((int)read.Position);
            return (int)written.Position;
        }
    }
}
