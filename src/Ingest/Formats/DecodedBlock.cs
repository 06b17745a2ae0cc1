using Ingest.Lanes;

namespace Ingest.Formats;

/// <summary>What became of one block: a segment for every lane, empty ones included.</summary>
/// <param name="Block">The block.</param>
/// <param name="Segments">One per lane.</param>
/// <param name="Records">The records in the block.</param>
internal sealed record DecodedBlock(RecordBlock Block, Segment[] Segments, int Records)
{
    /// <summary>The memory that it keeps.</summary>
    public long RetainedBytes => Segments.Sum(s => s.RetainedBytes);

    /// <summary>Gives back what nobody takes over.</summary>
    public void Discard()
    {
        foreach (var segment in Segments) segment.Dispose();
        Block.Release();
    }
}
