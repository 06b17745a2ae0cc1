using System.Runtime.CompilerServices;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Telemetry;

namespace Ingest.Formats;

/// <summary>Hands the decoded blocks of one file over in order; only here the number of the records before a block is known.</summary>
/// <param name="start">Where the first block starts.</param>
/// <param name="deliver">Takes the segments of each block over.</param>
/// <param name="progress">What a renderer sees of the file.</param>
internal sealed class BlockDelivery(RestartPoint start, Func<Segment[], ValueTask> deliver, FileProgress progress)
{
    /// <summary>The end of the last block.</summary>
    public RestartPoint End { get; private set; } = start;

    /// <summary>Hands the next block over.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask AddAsync(DecodedBlock decoded)
    {
        var block = decoded.Block;
        block.Start = block.Start with { Record = End.Record };
        block.End = block.End with { Record = End.Record + decoded.Records };
        progress.AddRead(decoded.Records);
        try
        {
            await deliver(decoded.Segments);
        }
        finally
        {
            End = block.End;
            block.Release();
        }
    }
}
