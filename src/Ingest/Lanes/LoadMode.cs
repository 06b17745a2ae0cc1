namespace Ingest.Lanes;

/// <summary>What happens to rows that are there already.</summary>
public enum LoadMode
{
    /// <summary>INSERT … ON CONFLICT DO UPDATE.</summary>
    Upsert,

    /// <summary>No conflict clause.</summary>
    Append,

    /// <summary>ON CONFLICT DO NOTHING.</summary>
    InsertIgnore,

    /// <summary>The target's rows are replaced in one atomic step.</summary>
    Replace,
}

/// <summary>What happens when a key occurs again within one file.</summary>
public enum OnDuplicate
{
    /// <summary>The later record wins.</summary>
    Last,

    /// <summary>The first record wins.</summary>
    First,

    /// <summary>The first record stands, the later ones are rejects.</summary>
    Reject,

    /// <summary>The file fails.</summary>
    Error,
}
