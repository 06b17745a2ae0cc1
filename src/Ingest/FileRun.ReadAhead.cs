using Ingest.Formats;

namespace Ingest;

/// <summary>How a file is read before its turn.</summary>
internal sealed partial class FileRun
{
    private Task<WholeFile>? ahead;

    /// <summary>
    /// Starts to read the file of a run that is not resumed, from its front, before the manifest is asked for it: the lanes
    /// then find rows, and what decodes them is compiled (`tests/bench.sh --workload start`).
    /// </summary>
    public void ReadEarly(CancellationToken cancellationToken)
    {
        // The end of a pipe that gives nothing could not be waited for.
        if (!CanRewind) return;
        if (IsSmall && file.Plan.CanReadAhead) ReadWhole(cancellationToken);
        else BeginPipeline(default, [], cancellationToken);
    }

    /// <summary>Starts to read a small file that was begun, from its front; nothing happens for others.</summary>
    public void ReadAhead(CancellationToken cancellationToken)
    {
        var isFromFront = points.All(p => p.Position == 0);
        if (ahead is null && IsOpen && IsSmall && file.Plan.CanReadAhead && isFromFront) ReadWhole(cancellationToken);
    }

    /// <summary>Gives back what was read ahead in vain.</summary>
    public async ValueTask DisposeAsync()
    {
        if (pipeline is not null) await pipeline.DisposeAsync();
        pipeline = null;
        if (ahead is null) return;
        var whole = await ahead.ContinueWith(static read => read.IsCompletedSuccessfully ? read.Result : null, TaskScheduler.Default);
        whole?.Discard();
        ahead = null;
    }

    private void ReadWhole(CancellationToken cancellationToken) => ahead = Task.Run(() =>
    {
        using var reader = file.Plan.OpenReader();
        using var decoder = file.Plan.CreateDecoder(Lanes);
        return WholeFile.Read(reader, decoder, () => file.Plan.Identity?.ThrowIfChanged(file.Plan.Name), cancellationToken);
    }, CancellationToken.None);

    /// <summary>Hands over what was read ahead; null when nothing was, and the file is to be read now.</summary>
    private async Task<byte[]?> TakeReadAheadAsync(BlockDelivery delivery)
    {
        if (ahead is null) return null;
        var whole = await ahead;
        if (!whole.IsTooLarge)
        {
            progress.BytesRead = whole.BytesRead;
            await whole.DeliverAsync(delivery);
        }
        ahead = null;
        return whole.IsTooLarge ? null : whole.Checksum;
    }
}
