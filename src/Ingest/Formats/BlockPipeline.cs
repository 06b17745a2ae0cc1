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
/// <param name="lanes">The lanes that they go to.</param>
/// <param name="progress">What a renderer sees of the file.</param>
internal sealed class BlockPipeline(IBlockReader reader, Func<IBlockDecoder> createDecoder, int workers, int lanes, FileProgress progress) : IAsyncDisposable
{
    /// <summary>How long the end of reading is waited for: the read of a pipe that gives nothing cannot be cancelled.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentBag<IBlockDecoder> idle = [];
    private readonly LargeBlocks large = new(MemoryBudget.LargeBlockBytes(lanes));

    // The reader blocks its own thread where a bounded channel would have it wait by tasks: a few hundred bytes of garbage for each block.
    private readonly Permits room = new(workers + 1);
    private readonly Channel<Task<DecodedBlock>> decoded =
        Channel.CreateUnbounded<Task<DecodedBlock>>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    private CancellationTokenSource? stop;
    private Task reading = Task.CompletedTask;

    /// <summary>SHA-256 of the file as stored, once all of it was handed over.</summary>
    public byte[] Checksum => reader.Checksum;

    /// <summary>Starts to read and decode, as far as there is room for what nobody has taken yet.</summary>
    /// <param name="start">Where to begin; what is before it is passed over and checked.</param>
    /// <param name="later">Later points whose content is checked too.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public void Begin(RestartPoint start, IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var token = stop.Token;
        reading = Task.Factory.StartNew(() => Read(start, later, token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Hands the blocks over until the end of the file.</summary>
    /// <param name="delivery">Takes each block over, in order.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task DeliverAsync(BlockDelivery delivery, CancellationToken cancellationToken)
    {
        while (await decoded.Reader.WaitToReadAsync(cancellationToken))
        {
            while (decoded.Reader.TryRead(out var task))
            {
                room.Give(1);
                await delivery.AddAsync(await task);
            }
        }
    }

    /// <summary>Stops, gives back what was not handed over and closes the file, or leaves that to a read that still waits for it.</summary>
    public async ValueTask DisposeAsync()
    {
        if (stop is not null) await stop.CancelAsync();
        var ended = EndAsync();
        await Task.WhenAny(ended, Task.Delay(Patience, CancellationToken.None));
    }

    private async Task EndAsync()
    {
        if (stop is not null) await DiscardAsync();
        await reading;
        foreach (var decoder in idle) decoder.Dispose();
        reader.Dispose();
        stop?.Dispose();
    }

    /// <summary>Blocks its thread on the disk, and when the decoders are behind.</summary>
    private void Read(RestartPoint start, IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
        Func<object?, DecodedBlock> decode = block => Decode((RecordBlock)block!);
        try
        {
            reader.SkipTo(start, cancellationToken);
            reader.Verify(later, cancellationToken);
            while (true)
            {
                room.Take(cancellationToken);
                large.WaitForRoom(cancellationToken);
                if (reader.Read(cancellationToken) is not { } block) break;
                large.Add(block);
                progress.BytesRead = reader.BytesRead;
                decoded.Writer.TryWrite(Task.Factory.StartNew(decode, block, CancellationToken.None, TaskCreationOptions.DenyChildAttach, TaskScheduler.Default));
            }
            progress.BytesRead = reader.BytesRead;
            decoded.Writer.Complete();
        }
        catch (Exception e)
        {
            // The blocks before the failure are delivered first; then the reader of the channel meets it.
            decoded.Writer.Complete(e);
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

    private async Task DiscardAsync()
    {
        try
        {
            while (await decoded.Reader.WaitToReadAsync())
            {
                while (decoded.Reader.TryRead(out var task))
                {
                    var block = await task.ContinueWith(static t => t.IsCompletedSuccessfully ? t.Result : null, TaskScheduler.Default);
                    block?.Discard();
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IngestException or IOException)
        {
            // The reader's failure was met, or is superseded by the one that ends this run.
        }
    }
}
