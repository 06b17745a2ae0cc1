namespace Ingest.Manifest;

/// <summary>Where a file's load stands; the manifest stores the lower-case names.</summary>
public enum FileStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Being loaded.</summary>
    Running,

    /// <summary>Every record's fate is committed.</summary>
    Success,

    /// <summary>Ended by an error after some records were committed; can be resumed.</summary>
    Partial,

    /// <summary>Ended by an error before any record was committed.</summary>
    Failed,

    /// <summary>Ended by a signal; can be resumed.</summary>
    Interrupted,

    /// <summary>Not loaded again: a resume found it done (in results only, the manifest keeps <c>success</c>).</summary>
    AlreadyLoaded,
}
