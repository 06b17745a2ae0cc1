using System.Security.Cryptography;
using Ingest.Parquet.Metadata;
using Ingest.Sources;

namespace Ingest.Formats.Parquet;

/// <summary>
/// Hashes a file as stored, front to back and beside the decoding, and keeps the hash that it had at the end of each row
/// group: with the footer's, it stands for all rows up to there in a restart point.
/// </summary>
internal sealed class RowGroupHashes : IDisposable
{
    /// <summary>How far it may run ahead of what is decoded, so that a file larger than memory is not read from the disk twice.</summary>
    private const int GroupsAhead = 2;

    private const int BufferSize = 1 << 20;

    private readonly SourceFile file;
    private readonly byte[] footerHash;
    private readonly long[] ends;
    private readonly TaskCompletionSource<byte[]>[] hashes;
    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim permits = new(0);
    private readonly Task<byte[]> whole;
    private int permitted;

    /// <summary>Begins to hash.</summary>
    /// <param name="file">The file.</param>
    /// <param name="metadata">Its footer.</param>
    /// <param name="footerHash">The hash of its footer and its size.</param>
    public RowGroupHashes(SourceFile file, FileMetadata metadata, byte[] footerHash)
    {
        this.file = file;
        this.footerHash = footerHash;
        ends = Ends(metadata);
        hashes = [.. ends.Select(_ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously))];
        whole = Task.Run(HashAsync);
    }

    /// <summary>The hash of the footer and of everything up to the end of a row group.</summary>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    public byte[] At(int group, CancellationToken cancellationToken)
    {
        Permit(group + 1 + GroupsAhead);
        return Wait(hashes[group].Task, cancellationToken);
    }

    /// <summary>SHA-256 of the whole file.</summary>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    public byte[] Whole(CancellationToken cancellationToken)
    {
        Permit(ends.Length);
        return Wait(whole, cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Cancel();

        // It ends at its next read; what it found is of no use any more.
        whole.ContinueWith(
            t =>
            {
                _ = t.Exception;
                stop.Dispose();
                permits.Dispose();
            },
            TaskScheduler.Default);
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

    /// <summary>The reader's own thread waits: a load gives it one.</summary>
    private static byte[] Wait(Task<byte[]> hash, CancellationToken cancellationToken) =>
        hash.WaitAsync(cancellationToken).GetAwaiter().GetResult();

    private void Permit(int groups)
    {
        var more = Math.Min(groups, ends.Length) - permitted;
        if (more <= 0) return;
        permitted += more;
        permits.Release(more);
    }

    private async Task<byte[]> HashAsync()
    {
        var position = 0L;
        try
        {
            await using var stream = new FileStream(file.Path!, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[BufferSize];
            for (var group = 0; group < ends.Length; group++)
            {
                await permits.WaitAsync(stop.Token);
                position += await AppendAsync(stream, hash, buffer, ends[group] - position);
                hashes[group].SetResult(SHA256.HashData([.. footerHash, .. hash.GetCurrentHash()]));
            }
            await AppendAsync(stream, hash, buffer, long.MaxValue);
            return hash.GetHashAndReset();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            var failure = e is OperationCanceledException ? e : SourceErrors.ReadFailed(file.Name, position, e);
            foreach (var hash in hashes) hash.TrySetException(failure);
            throw failure;
        }
    }

    /// <summary>Hashes the next bytes, fewer at the end of the file; returns their number.</summary>
    private async Task<long> AppendAsync(FileStream stream, IncrementalHash hash, byte[] buffer, long length)
    {
        var done = 0L;
        while (done < length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - done)), stop.Token);
            if (read == 0) break;
            hash.AppendData(buffer, 0, read);
            done += read;
        }
        return done;
    }
}
