using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Telemetry;

namespace Ingest.Lanes;

/// <summary>One file on its way through the lanes: what all of them share about it.</summary>
internal sealed class FileLoad
{
    private readonly Watermark[] marks;
    private readonly TaskCompletionSource completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int lanesLeft;
    private volatile bool isSafe;

    /// <summary>A file at the watermarks that it starts from.</summary>
    public FileLoad(string name, FileEntry entry, StageSql sql, LoadPolicy policy, Watermark[] marks, FileProgress progress)
    {
        Name = name;
        Entry = entry;
        Sql = sql;
        Policy = policy;
        Progress = progress;
        this.marks = marks;
        lanesLeft = marks.Length;
    }

    /// <summary>The file as the user named it.</summary>
    public string Name { get; }

    /// <summary>The file in the manifest.</summary>
    public FileEntry Entry { get; }

    /// <summary>The statements for its layout.</summary>
    public StageSql Sql { get; }

    /// <summary>How its rows are applied.</summary>
    public LoadPolicy Policy { get; }

    /// <summary>What a renderer sees of it.</summary>
    public FileProgress Progress { get; }

    /// <summary>Whether it has more rows than batches that are shared with other files.</summary>
    public bool IsLong { get; init; }

    /// <summary>Completes when every lane has committed the end of the file.</summary>
    public Task Completed => completed.Task;

    /// <summary>
    /// Whether the manifest says that the file is loaded: that commit waited for the WAL, so a server that crashes no
    /// longer forgets one of the file's.
    /// </summary>
    public bool IsSafe
    {
        get => isSafe;
        set => isSafe = value;
    }

    /// <summary>The committed watermark of a lane; only that lane asks and tells while it runs.</summary>
    public Watermark this[int lane]
    {
        get => marks[lane];
        set => marks[lane] = value;
    }

    /// <summary>Notes that a lane has committed the end of the file.</summary>
    public void EndLane()
    {
        if (Interlocked.Decrement(ref lanesLeft) == 0) completed.SetResult();
    }
}
