using System.Security.Cryptography;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Parquet;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;
using Ingest.Sources;

namespace Ingest.Formats.Parquet;

/// <summary>Reads the slices of one row group after the other; the file as stored is hashed beside it.</summary>
/// <param name="parquet">The open file, which this reader disposes.</param>
/// <param name="file">The source.</param>
/// <param name="fields">The fields to read.</param>
/// <param name="footerHash">What stands for the file's content in a restart point.</param>
internal sealed class ParquetBlockReader(ParquetFile parquet, SourceFile file, IReadOnlyList<ValueShape> fields, byte[] footerHash) : IBlockReader
{
    private readonly CancellationTokenSource stop = new();
    private readonly long size = new FileInfo(file.Path!).Length;
    private Task<byte[]>? hashing;
    private RowGroupReader? group;
    private int nextGroup;
    private long position;
    private long resumeAt;

    /// <inheritdoc/>
    /// <remarks>Pages are read in no order of the file; the share of the rows is what a renderer can use.</remarks>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public byte[] Checksum { get; private set; } = [];

    /// <inheritdoc/>
    public void SkipTo(RestartPoint point, CancellationToken cancellationToken)
    {
        if (point.Position > 0 && !point.PrefixHash.Span.SequenceEqual(footerHash)) throw ParquetErrors.FooterChanged(file.Name);
        if (point.Position > parquet.Metadata.RowCount) throw ParquetErrors.ShorterThanBefore(file.Name, point.Position, parquet.Metadata.RowCount);
        position = resumeAt = point.Position;
        var groups = parquet.Metadata.RowGroups;
        while (nextGroup < groups.Count && groups[nextGroup].FirstRow + groups[nextGroup].RowCount <= position) nextGroup++;
        hashing = Task.Run(() => HashAsync(stop.Token), CancellationToken.None);
    }

    /// <inheritdoc/>
    public RecordBlock? Read(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                if (group is null && nextGroup == parquet.Metadata.RowGroups.Count) return End(cancellationToken);
                group ??= parquet.OpenRowGroup(nextGroup++, fields);
                if (group.ReadSlice(cancellationToken) is not { } slice)
                {
                    group.Dispose();
                    group = null;
                }
                else if (slice.FirstRow + slice.RowCount <= resumeAt)
                {
                    slice.Dispose();
                }
                else
                {
                    return Block(slice);
                }
            }
        }
        catch (ParquetException e)
        {
            throw ParquetErrors.Of(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();
        group?.Dispose();
        parquet.Dispose();

        // It ends at its next read; what it found is of no use any more.
        (hashing ?? Task.CompletedTask).ContinueWith(_ => stop.Dispose(), TaskScheduler.Default);
    }

    private ParquetBlock Block(RowSlice slice)
    {
        var first = (int)(position - slice.FirstRow);
        var start = new RestartPoint(position, 0, 0, footerHash);
        position = slice.FirstRow + slice.RowCount;
        BytesRead = (long)((double)size * position / parquet.Metadata.RowCount);
        return new ParquetBlock(slice, fields, first) { Start = start, End = new(position, 0, 0, footerHash) };
    }

    private RecordBlock? End(CancellationToken cancellationToken)
    {
        // On the reader's own thread, so that whoever asks for the checksum need not wait.
        Checksum = hashing!.WaitAsync(cancellationToken).GetAwaiter().GetResult();
        BytesRead = size;
        return null;
    }

    private async Task<byte[]> HashAsync(CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 20, FileOptions.SequentialScan);
        try
        {
            return await SHA256.HashDataAsync(stream, cancellationToken);
        }
        catch (IOException e)
        {
            throw SourceErrors.ReadFailed(file.Name, stream.Position, e);
        }
    }
}
