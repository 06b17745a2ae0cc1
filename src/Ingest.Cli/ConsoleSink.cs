namespace Ingest.Cli;

/// <summary>
/// Standard output or error, of which a disk that is full takes nothing more, nor one that the caller has closed
/// (<c>&gt;&amp;-</c>): the first failure is kept and the rest goes nowhere, because a load must not end for want of somebody
/// who reads what it prints.
/// </summary>
internal sealed class ConsoleSink : Stream
{
    private readonly Stream inner = Null;
    private readonly IOException? closed;

    /// <summary>Opens the stream at once: later, a connection may have the number of one that is closed.</summary>
    public ConsoleSink(Func<Stream> open)
    {
        try
        {
            inner = open();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            closed = Cause(e);
        }
    }

    /// <summary>The first failure, or null.</summary>
    public IOException? Failure { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (Failure is not null) return;
        try
        {
            if (closed is not null) Failure = closed;
            inner.Write(buffer);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Failure = Cause(e);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer, offset, count);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return default;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>EBADF comes as an access that is denied, with what it is inside.</summary>
    private static IOException Cause(Exception error) => error as IOException ?? error.InnerException as IOException ?? new(error.Message, error);
}
