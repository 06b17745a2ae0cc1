namespace Ingest.Sources;

/// <summary>
/// The content of a source as UTF-8, read once from start to end: decompressed, its byte order mark dropped,
/// transcoded where it is not UTF-8, and the bytes as stored hashed on the way. A read fills the caller's buffer
/// unless the content ends, so that cuts do not depend on timing.
/// </summary>
internal sealed class SourceStream : Stream
{
    /// <summary>The largest window of a Zstandard frame, in bytes, unless more is allowed: a load stays below 200 MB with it.</summary>
    public const int DefaultMaxWindow = 64 << 20;

    private readonly RawReader raw;
    private readonly HashingReader? hashing;
    private readonly ByteReader content;
    private readonly int maxWindow;

    private SourceStream(SourceFile file, RawReader raw, HashingReader? hashing, ByteReader content, SourceIdentity? identity, Compression compression, DetectedEncoding encoding, int maxWindow)
    {
        this.maxWindow = maxWindow;
        File = file;
        this.raw = raw;
        this.hashing = hashing;
        this.content = content;
        Identity = identity;
        Compression = compression;
        Encoding = encoding.Encoding;
        BomLength = encoding.BomLength;
        EncodingNotice = encoding.Notice;
    }

    /// <summary>The source.</summary>
    public SourceFile File { get; }

    /// <summary>The file's identity from before it was opened, or null for a pipe.</summary>
    public SourceIdentity? Identity { get; }

    /// <summary>The bytes as stored, or null when unknown (a pipe).</summary>
    public long? RawLength => Identity?.Size;

    /// <summary>The bytes as stored that were read so far; may be polled from another thread.</summary>
    public long RawBytesRead => raw.BytesRead;

    /// <summary>How the source is compressed.</summary>
    public Compression Compression { get; }

    /// <summary>The encoding of the (decompressed) source.</summary>
    public TextEncoding Encoding { get; }

    /// <summary>What the user should know when the encoding was guessed, or null.</summary>
    public string? EncodingNotice { get; }

    /// <summary>The bytes of the byte order mark, which is not part of what is read; 0 without one.</summary>
    public int BomLength { get; }

    /// <summary>
    /// Whether what is read is what is stored, but for <see cref="Bom"/> at the start: then
    /// SHA-256(<see cref="Bom"/> ‖ all that was read) is the hash of the file, and a reader that hashes anyway need not
    /// have it hashed twice.
    /// </summary>
    public bool IsPassThrough => Compression == Compression.None && Encoding.Family == EncodingFamily.Utf8;

    /// <summary>The byte order mark that a UTF-8 file began with; empty without one, and for other encodings.</summary>
    public ReadOnlySpan<byte> Bom => IsPassThrough && BomLength > 0 ? [0xEF, 0xBB, 0xBF] : [];

    /// <summary>
    /// The SHA-256 of the bytes as stored, once their end was read; null before, and for a pass-through source that was
    /// opened without hashing.
    /// </summary>
    public byte[]? RawSha256 => hashing?.Result;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens a file or standard input. Opening a FIFO waits for its writer.</summary>
    /// <param name="file">The source.</param>
    /// <param name="encoding">The declared encoding's name, or null to detect it.</param>
    /// <param name="hashPassThrough">False when the caller hashes what it reads from a pass-through source itself.</param>
    /// <param name="maxWindow">The largest window of a Zstandard frame, in bytes.</param>
    /// <exception cref="SourceException">It cannot be opened, or its encoding cannot be told.</exception>
    /// <exception cref="PlanException">The encoding's name is not known.</exception>
    public static SourceStream Open(SourceFile file, string? encoding = null, bool hashPassThrough = true, int maxWindow = DefaultMaxWindow)
    {
        if (file.Path is null) return Open(file, file.StandardInput?.Invoke() ?? Stream.Null, null, encoding, hashPassThrough, maxWindow);
        var (stream, identity) = LocalFile.Open(file.Path, file.Name);
        return Open(file, stream, identity, encoding, hashPassThrough, maxWindow);
    }

    /// <summary>Opens the same content once more, in the encoding that was found; null for what can be read only once.</summary>
    /// <exception cref="SourceException">It cannot be opened any more.</exception>
    public SourceStream? OpenAgain() => Identity is null ? null : Open(File, Encoding.Name, hashPassThrough: false, maxWindow);

    /// <summary>Reads a source from a stream of its stored bytes, which is disposed with this one.</summary>
    internal static SourceStream Open(
        SourceFile file, Stream stored, SourceIdentity? identity, string? encoding, bool hashPassThrough, int maxWindow = DefaultMaxWindow)
    {
        var raw = new RawReader(stored, file.Name, identity);
        ByteReader open = raw;
        try
        {
            var head = new PeekReader(raw);
            open = head;
            var compression = CompressionSignature.Detect(head.Peek(CompressionSignature.Length), file.Name);
            HashingReader? hashing = null;
            var text = head;
            if (compression != Compression.None)
            {
                open = hashing = new HashingReader(head);
                open = text = new PeekReader(Decompressor(compression, hashing, file.Name, maxWindow));
                if (ParquetSignature.IsMatch(text.Peek(ParquetSignature.Length))) throw SourceErrors.ParquetCompressed(file.Name);
                if (CompressionSignature.DetectByContent(text.Peek(CompressionSignature.Length), file.Name) != Compression.None)
                    throw SourceErrors.CompressedTwice(file.Name);
            }
            var sample = text.Peek(EncodingDetector.SampleSize);
            var detected = encoding is null
                ? EncodingDetector.Detect(sample, text.SawEnd, file.Name)
                : EncodingDetector.Declared(encoding, sample, file.Name);
            var transcoder = detected.Encoding.CreateTranscoder();
            ByteReader content = text;
            if (compression == Compression.None && (transcoder is not null || hashPassThrough))
                open = content = hashing = new HashingReader(text);
            // Through the hash, not skipped before it: the mark is part of what is stored.
            if (hashing is null || compression != Compression.None) text.Skip(detected.BomLength);
            else content.ReadFully(new byte[detected.BomLength]);
            if (transcoder is not null) open = content = new TranscodingReader(content, transcoder);
            return new SourceStream(file, raw, hashing, content, identity, compression, detected, maxWindow);
        }
        catch
        {
            open.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="buffer"/>, or reads less at the end of the content; 0 when nothing is left.</summary>
    /// <exception cref="SourceException">The disk failed, or compressed data are truncated or corrupt.</exception>
    public override int Read(Span<byte> buffer) => content.ReadFully(buffer);

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) content.Dispose();
        base.Dispose(disposing);
    }

    private static ByteReader Decompressor(Compression compression, ByteReader inner, string name, int maxWindow) => compression switch
    {
        Compression.Gzip => new GzipReader(inner, name),
        Compression.Brotli => new BrotliReader(inner, name),
        Compression.Zstandard => new ZstandardReader(inner, name, maxWindow),
        Compression.Bzip2 => new Bzip2Reader(inner, name),
        _ => throw new ArgumentOutOfRangeException(nameof(compression)),
    };
}
