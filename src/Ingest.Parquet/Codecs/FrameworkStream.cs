using Ingest.Parquet.Pages;

namespace Ingest.Parquet.Codecs;

/// <summary>gzip and Brotli a piece at a time, through the framework's streams.</summary>
internal sealed class FrameworkStream(PageCodec codec, ChunkWindow input, int length, Func<Stream, Stream> open) : PageStream(input, length)
{
    private readonly Stream stream = open(new WindowStream(input));

    /// <inheritdoc/>
    public override void Dispose()
    {
        stream.Dispose();
        base.Dispose();
    }

    protected override int ReadSome(Span<byte> destination)
    {
        var read = ReadStream(destination);
        if (read == 0) throw ParquetErrors.Size(codec.Name, Length, Length - Remaining);
        return read;
    }

    protected override void CheckEnd()
    {
        Span<byte> next = stackalloc byte[1];
        if (ReadStream(next) > 0) throw ParquetErrors.Codec(codec.Name, $"it is longer than the page's {Length} bytes");
    }

    private int ReadStream(Span<byte> destination)
    {
        try
        {
            return stream.Read(destination);
        }
        // Brotli's stream says the second for what gzip's says the first.
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException)
        {
            throw ParquetErrors.Codec(codec.Name, e.Message.ReplaceLineEndings(" "), e);
        }
    }

    /// <summary>What is left of a window as the framework wants it.</summary>
    private sealed class WindowStream(ChunkWindow window) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            var available = window.Peek(1);
            var count = Math.Min(available.Length, buffer.Length);
            available[..count].CopyTo(buffer);
            window.Advance(count);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
