using Ingest.Manifest;

namespace Ingest.Telemetry;

/// <summary>The live state of one file.</summary>
public sealed class FileProgress
{
    private long bytesRead;
    private long rowsRead;
    private long rowsCommitted;
    private long rejects;

    internal FileProgress(string name, long? bytesTotal)
    {
        Name = name;
        BytesTotal = bytesTotal;
    }

    /// <summary>The file as the user named it.</summary>
    public string Name { get; }

    /// <summary>The bytes of the file as stored, or null when unknown (a pipe).</summary>
    public long? BytesTotal { get; }

    /// <summary>The bytes read so far, of the file as stored.</summary>
    public long BytesRead { get => Volatile.Read(ref bytesRead); internal set => Volatile.Write(ref bytesRead, value); }

    /// <summary>The records decoded so far.</summary>
    public long RowsRead => Volatile.Read(ref rowsRead);

    /// <summary>The records whose fate is committed.</summary>
    public long RowsCommitted => Volatile.Read(ref rowsCommitted);

    /// <summary>The rejects among the committed records.</summary>
    public long Rejects => Volatile.Read(ref rejects);

    /// <summary>Where the file stands.</summary>
    public FileStatus Status { get; internal set; } = FileStatus.Pending;

    /// <summary>When reading began, or null (<see cref="System.Diagnostics.Stopwatch"/> timestamp).</summary>
    public long? StartedAt { get; internal set; }

    internal void AddRead(long rows) => Interlocked.Add(ref rowsRead, rows);

    internal void AddCommitted(long rows, long rejected)
    {
        Interlocked.Add(ref rowsCommitted, rows);
        Interlocked.Add(ref rejects, rejected);
    }
}
