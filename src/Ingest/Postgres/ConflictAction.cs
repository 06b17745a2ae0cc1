namespace Ingest.Postgres;

/// <summary>The ON CONFLICT clause of a merge.</summary>
internal enum ConflictAction
{
    /// <summary>None: a plain INSERT.</summary>
    None,

    /// <summary>DO UPDATE on the key.</summary>
    Update,

    /// <summary>DO NOTHING, on the key where there is one.</summary>
    Nothing,
}
