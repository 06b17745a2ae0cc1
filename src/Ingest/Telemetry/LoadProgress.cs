using System.Collections.Concurrent;

namespace Ingest.Telemetry;

/// <summary>The live state of a run. The loader writes it, a renderer polls it; nothing waits for the other.</summary>
public sealed class LoadProgress
{
    private readonly ConcurrentQueue<FileProgress> files = new();

    /// <summary>The run: known before the first file is; a dry run has none.</summary>
    public Guid? RunId { get; internal set; }

    /// <summary>The files of the run in load order, as they become known.</summary>
    public IReadOnlyCollection<FileProgress> Files => files;

    /// <summary>Adds a file.</summary>
    public FileProgress Add(string name, long? bytesTotal)
    {
        var file = new FileProgress(name, bytesTotal);
        files.Enqueue(file);
        return file;
    }
}
