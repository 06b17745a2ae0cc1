using System.Buffers.Binary;
using System.Security.Cryptography;
using Ingest.Parquet;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Sources;

namespace Ingest.Formats.Parquet;

/// <summary>The footer of a Parquet file. The file is closed again, and opened anew when its turn comes.</summary>
internal sealed class ParquetProbe
{
    // A slice is a block: small enough that several are under way at once, large enough that its cost vanishes.
    private static readonly ParquetLimits Limits = new() { SliceRows = 8 << 10, SliceBytes = 4 << 20 };

    private FileMetadata? metadata;

    private ParquetProbe(SourceFile file, SourceIdentity? identity, FileMetadata metadata, byte[] footerHash)
    {
        File = file;
        Identity = identity;
        this.metadata = metadata;
        FooterHash = footerHash;
        Fields = metadata.Schema.Fields;
        Header = [.. Fields.Select(f => f.Name)];
        RowCount = metadata.RowCount;
        RowGroupCount = metadata.RowGroups.Count;
        IsOneSlice = RowCount <= Limits.SliceRows && FitsSlice(metadata);
    }

    /// <summary>The source.</summary>
    public SourceFile File { get; }

    /// <summary>The file's identity on disk.</summary>
    public SourceIdentity? Identity { get; }

    /// <summary>The footer, until it is forgotten.</summary>
    public FileMetadata Metadata => metadata ?? throw new InvalidOperationException($"The footer of {File.Name} is forgotten.");

    /// <summary>The rows.</summary>
    public long RowCount { get; }

    /// <summary>The row groups.</summary>
    public int RowGroupCount { get; }

    /// <summary>SHA-256 of the footer and the file's size: it stands for the content in a restart point.</summary>
    public byte[] FooterHash { get; }

    /// <summary>
    /// Whether it has no more than one slice of rows, which cannot be shared out and may be read ahead of its turn. Pages that
    /// unpack to more are cut into several, whatever the number of rows.
    /// </summary>
    public bool IsOneSlice { get; }

    /// <summary>The fields of a row.</summary>
    public IReadOnlyList<ValueShape> Fields { get; private set; }

    /// <summary>Their names.</summary>
    public IReadOnlyList<string> Header { get; private set; }

    /// <summary>Whether they are not the file's own.</summary>
    public bool IsRenamed { get; private set; }

    /// <summary>Reads the footer of a file.</summary>
    /// <exception cref="SourceException">It is not Parquet, encrypted, or corrupt; or no file that can be read in any order.</exception>
    public static ParquetProbe Open(SourceFile file)
    {
        if (file.Path is null) throw SourceErrors.ParquetPipe(file.Name);
        if (FileNode.Of(file.Path).Kind == FileNodeKind.Fifo) throw SourceErrors.ParquetPipe(file.Name);

        // It has a clear word for each kind of file that cannot be opened.
        var (stream, identity) = LocalFile.Open(file.Path, file.Name);
        using (var head = new PeekReader(new RawReader(stream, file.Name, identity))) CheckNotCompressed(head.Peek(CompressionSignature.Length), file.Name);
        try
        {
            using var source = new FileByteSource(file.Path);
            var hash = HashFooter(source);
            using var parquet = ParquetFile.Open(source, Limits);
            return new(file, identity, parquet.Metadata, hash);
        }
        catch (ParquetException e)
        {
            throw ParquetErrors.Of(e);
        }
    }

    /// <summary>Takes over the fields of another file where a row has the same here, so that thousands of files keep them once.</summary>
    /// <returns>Whether they are the same.</returns>
    public bool TryShareFields(ParquetProbe other)
    {
        if (Fields.Count != other.Fields.Count || !Fields.Zip(other.Fields).All(f => f.First.Node.IsSameAs(f.Second.Node))) return false;
        (Fields, Header) = (other.Fields, other.Header);
        return true;
    }

    /// <summary>Gives the fields other names than the file's own.</summary>
    public void Rename(IReadOnlyList<string> names) => (Header, IsRenamed) = (names, true);

    /// <summary>Lets go of the footer, which is read anew with the file: it has more about the columns than a plan needs.</summary>
    public void Forget() => metadata = null;

    /// <summary>Starts reading the file.</summary>
    /// <param name="fields">The fields wanted, by their indexes, ascending, and whether each takes bytes; others are never read.</param>
    /// <param name="parallelism">How many columns are decoded at once.</param>
    /// <exception cref="SourceException">The file cannot be read, or is not the one that was probed.</exception>
    public ParquetBlockReader Read(IReadOnlyList<(int Field, bool TakesBytes)> fields, int parallelism)
    {
        var parquet = OpenAgain();
        return new(parquet, File, [.. fields.Select(f => new ReadField(parquet.Schema.Fields[f.Field], Header[f.Field], f.TakesBytes))], FooterHash, parallelism);
    }

    /// <summary>Opens the file anew.</summary>
    /// <exception cref="SourceException">The file cannot be read, or is not the one that was probed.</exception>
    public ParquetFile OpenAgain()
    {
        try
        {
            var source = new FileByteSource(File.Path!);
            try
            {
                if (!HashFooter(source).AsSpan().SequenceEqual(FooterHash)) throw SourceErrors.Changed(File.Name, "has another footer");
            }
            catch
            {
                source.Dispose();
                throw;
            }
            return ParquetFile.Open(source, Limits);
        }
        catch (ParquetException e)
        {
            throw ParquetErrors.Of(e);
        }
    }

    /// <summary>Whether all pages are, unpacked, no more than a slice has; what a footer says may be any number.</summary>
    private static bool FitsSlice(FileMetadata metadata)
    {
        var room = Limits.SliceBytes;
        foreach (var chunk in metadata.RowGroups.SelectMany(g => g.Columns))
        {
            if (chunk.UncompressedBytes > room) return false;
            room -= Math.Max(0, chunk.UncompressedBytes);
        }
        return true;
    }

    private static void CheckNotCompressed(ReadOnlySpan<byte> head, string name)
    {
        if (!ParquetSignature.IsMatch(head) && CompressionSignature.Detect(head, name) != Compression.None) throw SourceErrors.ParquetCompressed(name);
    }

    /// <summary>The footer is the metadata, their length in 4 bytes, and the magic in 4; one that is cut short is found when it is parsed.</summary>
    private static byte[] HashFooter(ByteSource source)
    {
        var tail = new byte[(int)Math.Min(8, source.Length)];
        source.Read(source.Length - tail.Length, tail);
        var length = tail.Length < 8 ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(tail);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> size = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(size, source.Length);
        hash.AppendData(size);
        if (length <= Math.Min(source.Length - tail.Length, Limits.MaxFooterBytes))
        {
            var footer = new byte[length];
            source.Read(source.Length - tail.Length - length, footer);
            hash.AppendData(footer);
        }
        hash.AppendData(tail);
        return hash.GetHashAndReset();
    }
}
