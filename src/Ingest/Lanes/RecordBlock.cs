using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>
/// A record-aligned slice of a source, shared by the segments that were decoded from it: it is kept until the last of
/// them is committed, because a reject found by the server needs the raw record.
/// </summary>
internal abstract class RecordBlock
{
    private int references = 1;

    /// <summary>Where the block starts; its record and line numbers are known once all blocks before it are decoded.</summary>
    public RestartPoint Start { get; set; }

    /// <summary>Where the block ends.</summary>
    public RestartPoint End { get; set; }

    /// <summary>The bytes that keeping this block costs.</summary>
    public abstract int RetainedBytes { get; }

    /// <summary>Is told when the memory was given back; set before the block is shared.</summary>
    public Action<RecordBlock>? Freed { get; set; }

    /// <summary>The raw form of a record, and where it stands in the source.</summary>
    public abstract RawRecord Raw(int start, int length);

    /// <summary>
    /// The place inside the block after its first <paramref name="records"/> records, where the next one starts at
    /// <paramref name="rawStart"/>; a format that can only restart at a block gives the block's start.
    /// </summary>
    public virtual RestartPoint PointAt(int rawStart, int records) => Start;

    /// <summary>Keeps the block for one more user.</summary>
    public void Retain() => Interlocked.Increment(ref references);

    /// <summary>Ends one use; the last one gives the memory back.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref references) != 0) return;
        Free();
        Freed?.Invoke(this);
    }

    /// <summary>Gives the memory back.</summary>
    protected abstract void Free();
}

/// <summary>A record as it stands in the source.</summary>
/// <param name="Bytes">The raw text (CSV) or the row as JSON (Parquet).</param>
/// <param name="Line">The 1-based line it starts on, or 0 where the format has no lines.</param>
/// <param name="Position">The byte offset of its start: in the file where that is plain UTF-8, else in the decoded content; or the row index.</param>
internal readonly record struct RawRecord(ReadOnlyMemory<byte> Bytes, long Line, long Position);
