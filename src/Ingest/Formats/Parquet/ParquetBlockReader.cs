using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Parquet;
using Ingest.Parquet.Vectors;
using Ingest.Sources;

namespace Ingest.Formats.Parquet;

/// <summary>Reads the slices of a file's row groups, and hashes the file as stored.</summary>
internal sealed class ParquetBlockReader : IBlockReader
{
    private readonly ParquetFile parquet;
    private readonly SourceFile file;
    private readonly IReadOnlyList<ReadField> fields;
    private readonly IRowGroupHashes hashes;
    private readonly RowGroupSequence groups;
    private readonly long size;
    private byte[] groupHash = [];
    private byte[] prefixHash = [];
    private int hashedGroup = -1;
    private long position;

    /// <summary>Starts at the front of a file.</summary>
    /// <param name="parquet">The open file, which this reader disposes.</param>
    /// <param name="file">The source.</param>
    /// <param name="fields">The fields to read.</param>
    /// <param name="footerHash">The hash of the footer and the file's size.</param>
    /// <param name="parallelism">
    /// How many columns or row groups are decoded at once, and whether the file is hashed beside: all of it happens on the
    /// reader's thread for 1.
    /// </param>
    public ParquetBlockReader(ParquetFile parquet, SourceFile file, IReadOnlyList<ReadField> fields, byte[] footerHash, int parallelism)
    {
        this.parquet = parquet;
        this.file = file;
        this.fields = fields;
        groups = new(parquet, [.. fields.Select(f => f.Shape)], parallelism);
        size = new FileInfo(file.Path!).Length;
        var hashed = new RowGroupHashes(file, parquet.Metadata, footerHash);
        hashes = parallelism == 1 ? hashed : new RowGroupHashesBeside(hashed, parquet.Metadata.RowGroups.Count);
    }

    /// <inheritdoc/>
    /// <remarks>Pages are read in no order of the file; the share of the rows is what a renderer can use.</remarks>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public byte[] Checksum { get; private set; } = [];

    /// <inheritdoc/>
    public void SkipTo(RestartPoint point, CancellationToken cancellationToken)
    {
        Check(point, cancellationToken);
        position = point.Position;
        prefixHash = point.PrefixHash.ToArray();
        groups.SkipTo(position);
    }

    /// <inheritdoc/>
    public void Verify(IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
        foreach (var point in later.OrderBy(p => p.Position)) Check(point, cancellationToken);
    }

    /// <inheritdoc/>
    public RecordBlock? Read(CancellationToken cancellationToken)
    {
        try
        {
            return groups.Read(cancellationToken) is { } slice ? Block(slice, cancellationToken) : End(cancellationToken);
        }
        catch (ParquetException e)
        {
            throw ParquetErrors.Of(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        hashes.Dispose();
        groups.Dispose();
        parquet.Dispose();
    }

    /// <summary>A hash stands for whole row groups: that of a point is the one of the row group with the row before it.</summary>
    private void Check(RestartPoint point, CancellationToken cancellationToken)
    {
        if (point.Position == 0) return;
        if (point.Position > parquet.Metadata.RowCount) throw ParquetErrors.ShorterThanBefore(file.Name, point.Position, parquet.Metadata.RowCount);
        var last = parquet.Metadata.RowGroups.Last(g => g.FirstRow < point.Position).Index;
        var hash = hashes.At(last, cancellationToken);
        if (!point.PrefixHash.Span.SequenceEqual(hash)) throw ParquetErrors.PrefixChanged(file.Name, last, hash, point.PrefixHash.Span);
    }

    private ParquetBlock Block(RowSlice slice, CancellationToken cancellationToken)
    {
        if (hashedGroup != groups.Current)
        {
            try
            {
                groupHash = hashes.At(groups.Current, cancellationToken);
            }
            catch
            {
                slice.Dispose();
                throw;
            }
            hashedGroup = groups.Current;
        }
        var start = new RestartPoint(position, 0, 0, prefixHash);
        position = slice.FirstRow + slice.RowCount;
        prefixHash = groupHash;
        BytesRead = (long)((double)size * position / parquet.Metadata.RowCount);
        return new ParquetBlock(slice, fields) { Start = start, End = new(position, 0, 0, groupHash) };
    }

    private RecordBlock? End(CancellationToken cancellationToken)
    {
        // On the reader's own thread, so that whoever asks for the checksum need not wait.
        Checksum = hashes.Whole(cancellationToken);
        BytesRead = size;
        return null;
    }
}
