namespace Ingest.FaultTests.Proxy;

/// <summary>Where a connection of the loader is when a message passes.</summary>
internal enum ProxyPoint
{
    /// <summary>Nowhere in particular.</summary>
    Other,

    /// <summary>A connection is being opened.</summary>
    Startup,

    /// <summary>Rows of a COPY go to the server.</summary>
    CopyData,

    /// <summary>The server says that the COPY is complete: between COPY and merge.</summary>
    Copied,

    /// <summary>The server says that the merge is complete: between merge and COMMIT.</summary>
    Merged,

    /// <summary>COMMIT goes to the server.</summary>
    Commit,

    /// <summary>The server says that it has committed.</summary>
    Committed,
}

/// <summary>A message that is about to be passed on.</summary>
/// <param name="Point">Where its connection is.</param>
/// <param name="IsLane">Whether it is a lane's connection, not the run's own.</param>
/// <param name="ToServer">Its direction.</param>
/// <param name="Length">Its length in bytes.</param>
internal readonly record struct Passage(ProxyPoint Point, bool IsLane, bool ToServer, int Length);

/// <summary>What becomes of a message and its connection.</summary>
/// <param name="Ending">How the connection ends.</param>
/// <param name="Passed">The bytes of the message that are passed on before that.</param>
internal readonly record struct Verdict(LinkEnding Ending, int Passed)
{
    /// <summary>The message is passed on.</summary>
    public static Verdict Pass => new(LinkEnding.None, int.MaxValue);

    /// <summary>The connection ends before the message.</summary>
    public static Verdict Before(LinkEnding ending) => new(ending, 0);
}

/// <summary>How a connection ends.</summary>
internal enum LinkEnding
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>Both sides see a reset (RST).</summary>
    Reset,

    /// <summary>Both sides see an orderly end (FIN).</summary>
    Finish,

    /// <summary>Both sides see nothing ever again: half-open.</summary>
    Silence,
}
