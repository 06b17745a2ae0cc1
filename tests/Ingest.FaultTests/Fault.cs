namespace Ingest.FaultTests;

/// <summary>Something that breaks while a load runs, and how a load may end because of it.</summary>
/// <param name="Name">What happens, for tables.</param>
/// <param name="InjectAsync">Lets it happen to the load that has just been started; gives how often it did.</param>
internal sealed record Fault(string Name, Func<FaultRun, Task<int>> InjectAsync)
{
    /// <summary>The exit codes besides success that a load may end with.</summary>
    public IReadOnlyList<int> Ends { get; init; } = [];

    /// <summary>Whether the load cannot succeed with it.</summary>
    public bool MustEnd { get; init; }

    /// <summary>What the code of the error may be (a pattern), when a load ends because of it.</summary>
    public string Codes { get; init; } = "";

    /// <summary>What the error must say, when a load ends because of it.</summary>
    public string Says { get; init; } = "";

    /// <summary>Options of the first load.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>Where the first load's output goes instead.</summary>
    public string Redirection { get; init; } = "";

    /// <summary>Whether it needs a keyed table that has rows.</summary>
    public bool NeedsRows { get; init; }

    /// <summary>Whether it needs a file that is still being read while rows are committed.</summary>
    public bool NeedsLargeFile { get; init; }

    /// <summary>Whether it decides over exactly once, so that append and upsert are both tried every time.</summary>
    public bool IsDecisive { get; init; }

    /// <summary>Whether it is of use beside other faults in one run.</summary>
    public bool Mixes { get; init; } = true;

    /// <summary>Whether the server goes down with it.</summary>
    public bool Crashes { get; init; }

    /// <summary>How often a batch may be tried again: generous, so that a slow machine's timeouts do not end a load.</summary>
    public int MaxRetries { get; init; } = 8;

    /// <summary>Whether it takes half a minute, and so is left to the soak.</summary>
    public bool TakesLong { get; init; }

    /// <summary>Why it cannot be had here, or null.</summary>
    public Func<FaultCluster, string?> Obstacle { get; init; } = _ => null;

    /// <summary>Is done before the load starts.</summary>
    public Func<FaultRun, Task> PrepareAsync { get; init; } = _ => Task.CompletedTask;

    /// <summary>Makes good what it broke, once the load has ended.</summary>
    public Func<FaultRun, Task> HealAsync { get; init; } = _ => Task.CompletedTask;

    /// <inheritdoc/>
    public override string ToString() => Name;
}
