using Ingest.Formats;

namespace Ingest;

/// <summary>How a small file is read before its turn.</summary>
internal sealed partial class FileRun
{
    private Task<WholeFile>? ahead;

    /// <summary>Starts to read a small file that was begun, from its front; nothing happens for others.</summary>
    public void ReadAhead(CancellationToken cancellationToken)
    {
        var isFromFront = points.All(p => p.Position == 0);
        if (ahead is not null || !IsOpen || !IsSmall || !file.Plan.CanReadAhead || !isFromFront) return;
        ahead = Task.Run(() =>
        {
            using var reader = file.Plan.OpenReader();
            using var decoder = file.Plan.CreateDecoder(Lanes);
            return WholeFile.Read(reader, decoder, () => file.Plan.Identity?.ThrowIfChanged(file.Plan.Name), cancellationToken);
        }, CancellationToken.None);
    }

    /// <summary>Gives back what was read ahead in vain.</summary>
    public async Task DiscardReadAheadAsync()
    {
        if (ahead is null) return;
        var whole = await ahead.ContinueWith(static read => read.IsCompletedSuccessfully ? read.Result : null, TaskScheduler.Default);
        whole?.Discard();
        ahead = null;
    }

    private async Task<byte[]> TakeReadAheadAsync(BlockDelivery delivery)
    {
        var whole = await ahead!;
        progress.BytesRead = whole.BytesRead;
        await whole.DeliverAsync(delivery);
        ahead = null;
        return whole.Checksum;
    }
}
