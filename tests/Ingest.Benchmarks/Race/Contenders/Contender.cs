namespace Ingest.Benchmarks.Race.Contenders;

/// <summary>One way to get the rows into the table.</summary>
/// <param name="name">Its name in the report.</param>
/// <param name="title">What it does, for the report.</param>
internal abstract class Contender(string name, string title)
{
    public string Name => name;

    public string Title => title;

    /// <summary>Why it cannot take part on this machine, or null.</summary>
    public abstract string? Missing { get; }

    /// <summary>The version of its program, or null when that is told elsewhere.</summary>
    public virtual string? Version => null;

    /// <summary>Whether one could use it instead of ours.</summary>
    public virtual bool IsPeer => true;

    /// <summary>Whether it does a work of a workload at all.</summary>
    public abstract bool Takes(Heat heat);

    /// <summary>The programs that do the work, all started at once; what they need is made before the clock starts.</summary>
    public abstract Task<IReadOnlyList<RaceCommand>> CommandsAsync(Heat heat, Ground ground, CancellationToken cancellationToken);
}
