using System.Security.Cryptography;
using Ingest.Buffers;
using Ingest.Parquet.Metadata;
using Ingest.Sources;
using Microsoft.Win32.SafeHandles;

namespace Ingest.Formats.Parquet;

/// <summary>Hashes a file front to back, as far as it is asked for, on the thread that asks.</summary>
/// <param name="file">The file.</param>
/// <param name="metadata">Its footer.</param>
/// <param name="footerHash">The hash of its footer and its size.</param>
internal sealed class RowGroupHashes(SourceFile file, FileMetadata metadata, byte[] footerHash) : IRowGroupHashes
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly long[] ends = Ends(metadata);
    private readonly List<byte[]> found = [];
    private SafeFileHandle? handle;
    private Chunk buffer = Chunk.Empty;
    private long position;

    /// <inheritdoc/>
    public byte[] At(int group, CancellationToken cancellationToken)
    {
        while (found.Count <= group)
        {
            Append(ends[found.Count], cancellationToken);
            found.Add(SHA256.HashData([.. footerHash, .. hash.GetCurrentHash()]));
        }
        return found[group];
    }

    /// <inheritdoc/>
    /// <remarks>No other may be asked for afterwards.</remarks>
    public byte[] Whole(CancellationToken cancellationToken)
    {
        Append(long.MaxValue, cancellationToken);
        return hash.GetHashAndReset();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        handle?.Dispose();
        hash.Dispose();
        ChunkPool.Return(buffer);
        buffer = Chunk.Empty;
    }

    /// <summary>Row groups may lie in any order: a hash covers the bytes up to the end of the last chunk so far.</summary>
    private static long[] Ends(FileMetadata metadata)
    {
        var end = 0L;
        var ends = new long[metadata.RowGroups.Count];
        for (var i = 0; i < ends.Length; i++)
        {
            foreach (var chunk in metadata.RowGroups[i].Columns) end = Math.Max(end, chunk.FirstPageOffset + chunk.CompressedBytes);
            ends[i] = end;
        }
        return ends;
    }

    /// <summary>Hashes the bytes up to an offset, or to the end of the file.</summary>
    private void Append(long end, CancellationToken cancellationToken)
    {
        try
        {
            handle ??= File.OpenHandle(file.Path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
            if (buffer.Length == 0) buffer = ChunkPool.Rent(ChunkPool.BlockChunk);
            while (position < end)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var read = RandomAccess.Read(handle, buffer.Span[..(int)Math.Min(buffer.Length, end - position)], position);
                if (read == 0) return;
                hash.AppendData(buffer.Span[..read]);
                position += read;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.ReadFailed(file.Name, position, e);
        }
    }
}
