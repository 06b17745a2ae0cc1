using System.Collections.Concurrent;
using System.Threading.Channels;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Telemetry;

namespace Ingest.Formats;

/// <summary>
/// Moves one file from its reader through the decoders to the lanes: blocks are read in order, decoded in parallel and
/// handed over in order again. What is under way at once is bounded, so memory does not depend on the file's size.
/// </summary>
/// <param name="reader">Reads the file; it is disposed with this.</param>
/// <param name="createDecoder">Makes a decoder for one worker.</param>
/// <param name="workers">The blocks that are decoded at once.</param>
/// <param name="progress">What a renderer sees of the file.</param>
internal sealed class BlockPipeline(IBlockReader reader, Func<IBlockDecoder> createDecoder, int workers, FileProgress progress) : IDisposable
{
    /// <summary>How long the end of reading is waited for: the read of a pipe that gives nothing cannot be cancelled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentBag<IBlockDecoder> idle = [];
    private readonly LargeBlocks large = new(MemoryBudget.LargeBlockBytes(workers));

    private Task ended = Task.CompletedTask;

    /// <summary>Runs until the end of the file.</summary>
    /// <param name="start">Where to begin; what is before it is passed over and checked.</param>
    /// <param name="later">Later points whose content is checked too.</param>
    /// <param name="delivery">Takes each block over, in order.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public async Task RunAsync(RestartPoint start, IEnumerable<RestartPoint> later, BlockDelivery delivery, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The reader blocks its own thread where a bounded channel would have it wait by tasks: a few hundred bytes of garbage for each block.
        var room = new SemaphoreSlim(workers + 1);
        var decoded = Channel.CreateUnbounded<Task<DecodedBlock>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var reading = Task.Factory.StartNew(
            () => Read(start, later, decoded.Writer, room, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            while (await decoded.Reader.WaitToReadAsync(cancellationToken))
            {
                while (decoded.Reader.TryRead(out var task))
                {
                    room.Release();
                    await delivery.AddAsync(await task);
                }
            }
        }
        finally
        {
            await stop.CancelAsync();
            ended = EndAsync(decoded.Reader, reading);
            await Task.WhenAny(ended, Task.Delay(Patience, CancellationToken.None));
        }
    }

    /// <summary>Closes the file, or leaves that to a read that still waits for it.</summary>
    public void Dispose() => ended.ContinueWith(
        _ => reader.Dispose(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    private async Task EndAsync(ChannelReader<Task<DecodedBlock>> decoded, Task reading)
    {
        await DiscardAsync(decoded);
        await reading;
        foreach (var decoder in idle) decoder.Dispose();
    }

    /// <summary>Blocks its thread on the disk, and when the decoders are behind.</summary>
    private void Read(
        RestartPoint start, IEnumerable<RestartPoint> later, ChannelWriter<Task<DecodedBlock>> decoded, SemaphoreSlim room, CancellationToken cancellationToken)
    {
        Func<object?, DecodedBlock> decode = block => Decode((RecordBlock)block!);
        try
        {
            reader.SkipTo(start, cancellationToken);
            reader.Verify(later, cancellationToken);
            while (true)
            {
                room.Wait(cancellationToken);
                large.WaitForRoom(cancellationToken);
                if (reader.Read(cancellationToken) is not { } block) break;
                large.Add(block);
                progress.BytesRead = reader.BytesRead;
                decoded.TryWrite(Task.Factory.StartNew(decode, block, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default));
            }
            progress.BytesRead = reader.BytesRead;
            decoded.Complete();
        }
        catch (Exception e)
        {
            // The blocks before the failure are delivered first; then the reader of the channel meets it.
            decoded.Complete(e);
        }
    }

    private DecodedBlock Decode(RecordBlock block)
    {
        var decoder = idle.TryTake(out var ready) ? ready : createDecoder();
        try
        {
            return decoder.DecodeSealed(block);
        }
        finally
        {
            idle.Add(decoder);
        }
    }

    private static async Task DiscardAsync(ChannelReader<Task<DecodedBlock>> decoded)
    {
        try
        {
            while (await decoded.WaitToReadAsync())
            {
                while (decoded.TryRead(out var task)) Discard(task);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IngestException or IOException)
        {
            // The reader's failure was met, or is superseded by the one that ends this run.
        }
    }

    private static void Discard(Task<DecodedBlock> task) => task.ContinueWith(
        static t => t.Result.Discard(),
        CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
}
