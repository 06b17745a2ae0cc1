using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.BZip2;

namespace Ingest.Sources;

/// <summary>
/// bzip2 through SharpZipLib, with streams one after the other (pbzip2 writes many). SharpZipLib reads its input byte
/// by byte and stops behind the stream's last, so the next one begins where it left off.
/// </summary>
internal sealed class Bzip2Reader(ByteReader inner, string name) : ByteReader
{
    private const string Format = "bzip2";

    private readonly CompressedInput input = new(inner, name);
    private BZip2InputStream? current;
    private byte[] output = [];

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        if (buffer.IsEmpty) return 0;
        if (output.Length == 0) output = new byte[64 << 10];
        while (true)
        {
            if (current is null)
            {
                if (!input.Fill()) return input.Offset > 0 ? 0 : throw SourceErrors.Truncated(name, Format, 0);
                OpenStream();
            }
            var read = ReadStream(Math.Min(buffer.Length, output.Length));
            if (read > 0)
            {
                output.AsSpan(0, read).CopyTo(buffer);
                return read;
            }
            current = null;
        }
    }

    /// <inheritdoc/>
    public override void Dispose() => input.Dispose();

    private void OpenStream()
    {
        var start = input.Offset;
        if (input.Available[0] != 'B')
            throw SourceErrors.TrailingGarbage(name, Format, start);
        current = Guard(() => new BZip2InputStream(new InputStream(input)) { IsStreamOwner = false });
    }

    private int ReadStream(int size) => Guard(() => current!.Read(output, 0, size));

    private T Guard<T>(Func<T> step)
    {
        try
        {
            return step();
        }
        catch (EndOfStreamException)
        {
            throw SourceErrors.Truncated(name, Format, input.Offset);
        }
        // SharpZipLib's tables are built from the data: a wrong one shows up as an index outside of them.
        catch (Exception e) when (e is SharpZipBaseException or IndexOutOfRangeException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw SourceErrors.Corrupt(name, Format, input.Offset, e.Message, e);
        }
    }

    /// <summary>What SharpZipLib reads from; the end of the file in the middle of a stream is an error.</summary>
    private sealed class InputStream(CompressedInput input) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int ReadByte()
        {
            var value = input.ReadByte();
            return value >= 0 ? value : throw new EndOfStreamException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (count == 0) return 0;
            buffer[offset] = (byte)ReadByte();
            return 1;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
