using System.Diagnostics;
using Ingest.Manifest;
using Ingest.Postgres;

namespace Ingest.Lanes;

/// <summary>
/// What a lane commits in one transaction: slices of one file, or of several small ones that follow each other. It keeps
/// them until the commit, so that a failure can replay them; but for a long one, which is read again from the file.
/// </summary>
internal sealed class Batch
{
    /// <summary>Each costs a statement or two, and a failure takes them apart.</summary>
    private const int MostFiles = 250;

    /// <summary>About what a reject keeps beside its text.</summary>
    private const int RejectBytes = 256;

    private readonly List<BatchPart> parts = [];
    private readonly List<Slice> slices;
    private long rejectedBytes;

    /// <summary>A batch that begins with a file.</summary>
    /// <param name="first">The file.</param>
    /// <param name="slices">An empty list to keep the slices in; a lane's next batch uses it again.</param>
    public Batch(FileLoad first, List<Slice> slices)
    {
        this.slices = slices;
        parts.Add(new(first, slices, 0));
    }

    private Batch(BatchPart part, bool mayRepeat)
        : this(part.File, [])
    {
        foreach (var slice in part.Slices) Add(slice);
        if (part.EndsFile) EndFile(part.Restart);
        MayRepeat = mayRepeat;
        IsClosed = true;
    }

    /// <summary>The files, in load order.</summary>
    public IReadOnlyList<BatchPart> Parts => parts;

    /// <summary>The statements for the layout that all files share.</summary>
    public StageSql Sql => parts[0].File.Sql;

    /// <summary>How rows are applied.</summary>
    public LoadPolicy Policy => parts[0].File.Policy;

    /// <summary>The slices in source order.</summary>
    public IReadOnlyList<Slice> Slices => slices;

    /// <summary>The number of converted rows.</summary>
    public int Rows { get; private set; }

    /// <summary>The number of records that did not convert.</summary>
    public int Rejects => parts.Sum(p => p.Rejects);

    /// <summary>The memory that the batch keeps.</summary>
    public long RetainedBytes { get; private set; }

    /// <summary>The size of its rows, kept or let go.</summary>
    public long SentBytes { get; private set; }

    /// <summary>The memory that the blocks it covers take or took, rows of this lane in them or not.</summary>
    public long CoveredBytes { get; private set; }

    /// <summary>Whether nothing more may be added.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Whether it was closed because a key occurred again.</summary>
    public bool EndedAtRepeat { get; private set; }

    /// <summary>Whether nothing is in it yet, not even the end of a file.</summary>
    public bool IsEmpty => !HasSlices && !parts[0].EndsFile;

    /// <summary>
    /// How many batches' worth of rows it may take: more than one lets go of the rows that were sent, and a failure has them
    /// read again.
    /// </summary>
    public int Length { get; private set; } = 1;

    /// <summary>Whether rows of it are gone, so that it cannot be tried again.</summary>
    public bool HasLetGo { get; private set; }

    /// <summary>When it was begun, as <see cref="Stopwatch.GetTimestamp"/> gives it.</summary>
    public long BeganAt { get; } = Stopwatch.GetTimestamp();

    /// <summary>Whether a key may occur twice in it.</summary>
    public bool MayRepeat { get; set; }

    /// <summary>Whether its rows are applied in the order of their keys, which a file of its own goes with.</summary>
    public bool InKeyOrder { get; private set; }

    /// <summary>Whether values that the server reads from text are tried one by one before the merge.</summary>
    public bool ReadsApart { get; private set; }

    /// <summary>The file that slices are added to.</summary>
    public FileLoad File => Last.File;

    private BatchPart Last => parts[^1];

    private bool HasSlices => slices.Count > 0 || HasLetGo;

    /// <summary>What is in it, for messages.</summary>
    public override string ToString() => parts.Count == 1 && !HasSlices
        ? $"{File.Name}: {(Last.EndsFile ? $"its end, after record {Last.LastRecord}" : "its next records")}"
        : parts.Count == 1
        ? $"{File.Name}: records {Last.FirstRecord} to {Last.LastRecord}"
        : $"{parts[0].File.Name}: records from {parts[0].FirstRecord} on, and of {parts.Count - 1} more files up to {File.Name}";

    /// <summary>Adds a slice.</summary>
    public void Add(Slice slice)
    {
        slices.Add(slice);
        Last.Add(slice);
        Rows += slice.RowCount;
        RetainedBytes += slice.RetainedBytes;
        SentBytes += slice.RowBytes;
        if (slice.EndsSegment) CoveredBytes += slice.Segment.Block.RetainedBytes;
    }

    /// <summary>Notes that the file ends.</summary>
    public void EndFile(RestartPoint end) => Last.End(end);

    /// <summary>Goes on with the next file, if it can be applied in the same way; what tells duplicates by a file's keys keeps files apart.</summary>
    public bool TryBegin(FileLoad next)
    {
        if (!Last.EndsFile || parts.Count == MostFiles || Length > 1 || InKeyOrder || next.Sql != Sql || next.Policy != Policy || Policy.OnDuplicate != OnDuplicate.Last) return false;
        parts.Add(new(next, slices, Rows));
        return true;
    }

    /// <summary>Lets a batch that nothing is in yet take more rows than are kept.</summary>
    /// <param name="length">How many batches' worth.</param>
    public void Lengthen(int length) => Length = length;

    /// <summary>Makes it a batch that keeps its rows again; only while <see cref="HasLetGo"/> is false.</summary>
    public void KeepAll()
    {
        // The keys of a long batch's rows were not looked at.
        MayRepeat |= Length > 1 && slices.Count > 0;
        Length = 1;
    }

    /// <summary>Asks for <see cref="InKeyOrder"/>.</summary>
    public void OrderByKey() => InKeyOrder = true;

    /// <summary>Lets go of the rows that it keeps, once they are sent and their rejects are noted.</summary>
    public void LetGo()
    {
        foreach (var slice in slices) rejectedBytes += slice.RejectedBytes + ((slice.LastReject - slice.FirstReject) * RejectBytes);
        Release();
        Last.LetGo();
        RetainedBytes = rejectedBytes;
        HasLetGo = true;
    }

    /// <summary>Closes the batch.</summary>
    public void Close() => IsClosed = true;

    /// <summary>Asks for <see cref="ReadsApart"/>; false when that would be nothing new.</summary>
    public bool TryReadApart() => Sql.ReadsText && !ReadsApart && (ReadsApart = true);

    /// <summary>Closes the batch before a key that occurs again.</summary>
    public void CloseAtRepeat() => EndedAtRepeat = IsClosed = true;

    /// <summary>A batch for each file: what fails together is tried apart, so that a file fails by its own records.</summary>
    public IEnumerable<Batch> Split()
    {
        Close();
        return parts.Select(p => new Batch(p, MayRepeat));
    }

    /// <summary>The place of a row by its number in the batch.</summary>
    public (int Part, Slice Slice, int Row) Locate(int index)
    {
        for (var part = 0; part < parts.Count; part++)
        {
            foreach (var slice in parts[part].Slices)
            {
                if (index < slice.RowCount) return (part, slice, slice.FirstRow + index);
                index -= slice.RowCount;
            }
        }
        throw new ArgumentOutOfRangeException(nameof(index));
    }

    /// <summary>Gives back the segments that this batch has used up.</summary>
    public void Release()
    {
        foreach (var slice in slices)
        {
            if (slice.EndsSegment) slice.Segment.Dispose();
        }
        slices.Clear();
    }
}
