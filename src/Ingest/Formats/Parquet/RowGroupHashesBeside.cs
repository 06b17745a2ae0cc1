namespace Ingest.Formats.Parquet;

/// <summary>
/// Hashes a file beside its decoding: whoever asks waits for what is not yet done. It has a thread of its own, because it blocks on
/// the disk for as long as a row group is, and decoding needs those of the pool.
/// </summary>
internal sealed class RowGroupHashesBeside : IRowGroupHashes
{
    /// <summary>How far it may run ahead of what is decoded, so that a file larger than memory is not read from the disk twice.</summary>
    private const int GroupsAhead = 2;

    private readonly TaskCompletionSource<byte[]>[] hashes;
    private readonly CancellationTokenSource stop = new();
    private readonly Permits permits = new(0);
    private readonly Task<byte[]> whole;
    private int permitted;

    /// <summary>Begins to hash.</summary>
    /// <param name="file">Hashes the file; disposed here.</param>
    /// <param name="groups">How many row groups it has.</param>
    public RowGroupHashesBeside(RowGroupHashes file, int groups)
    {
        hashes = [.. Enumerable.Range(0, groups).Select(_ => new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously))];
        whole = Task.Factory.StartNew(() => Hash(file), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public byte[] At(int group, CancellationToken cancellationToken)
    {
        Permit(group + 1 + GroupsAhead);
        return Wait(hashes[group].Task, cancellationToken);
    }

    /// <inheritdoc/>
    public byte[] Whole(CancellationToken cancellationToken)
    {
        Permit(hashes.Length);
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
            },
            TaskScheduler.Default);
    }

    /// <summary>The reader's own thread waits: a load gives it one.</summary>
    private static byte[] Wait(Task<byte[]> hash, CancellationToken cancellationToken) =>
        hash.WaitAsync(cancellationToken).GetAwaiter().GetResult();

    private void Permit(int groups)
    {
        var more = Math.Min(groups, hashes.Length) - permitted;
        if (more <= 0) return;
        permitted += more;
        permits.Give(more);
    }

    private byte[] Hash(RowGroupHashes file)
    {
        using var hashing = file;
        try
        {
            for (var group = 0; group < hashes.Length; group++)
            {
                permits.Take(stop.Token);
                hashes[group].SetResult(file.At(group, stop.Token));
            }
            return file.Whole(stop.Token);
        }
        catch (Exception e)
        {
            // Whatever it is: who waits for a hash that nobody sets waits for ever.
            foreach (var hash in hashes) hash.TrySetException(e);
            throw;
        }
    }
}
