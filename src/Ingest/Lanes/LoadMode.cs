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
