namespace Ingest.Manifest;

/// <summary>The newest load of a file into a table, as the manifest remembers it.</summary>
/// <param name="Id">Its row.</param>
/// <param name="RunId">The run that worked on it last.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="Checksum">SHA-256 of the file as stored; null until it was read to its end.</param>
/// <param name="FileSize">The bytes of the file as stored; null for a pipe.</param>
/// <param name="Lanes">The number of lanes that its records were dealt to.</param>
/// <param name="Header">The file's columns.</param>
/// <param name="Options">The options that decide what a record means; a resume must have the same.</param>
/// <param name="Mode">The load mode.</param>
/// <param name="TargetOid">The table's pg_class.oid then.</param>
/// <param name="WasEmptied">Whether a server that crashed has emptied the table since: it is UNLOGGED.</param>
/// <param name="RowsCommitted">The records whose fate is committed.</param>
/// <param name="Rejected">The rejects among them, once the load has ended.</param>
internal sealed record ManifestEntry(
    long Id,
    Guid RunId,
    FileStatus Status,
    byte[]? Checksum,
    long? FileSize,
    int Lanes,
    IReadOnlyList<string> Header,
    string Options,
    string Mode,
    uint TargetOid,
    bool WasEmptied,
    long RowsCommitted,
    long Rejected)
{
    /// <summary>Whether the load went into another table of the same name: it was dropped since, and this one created.</summary>
    /// <param name="oid">The pg_class.oid of the table that has the name now.</param>
    public bool IsOfOtherTable(uint oid) => TargetOid != oid;
}

/// <summary>What a new row of the manifest says.</summary>
/// <param name="FileName">The file's identity: its canonical path.</param>
/// <param name="Target">The table: schema and name.</param>
/// <param name="TargetOid">Its pg_class.oid.</param>
/// <param name="IsUnlogged">Whether a server that crashes empties the table.</param>
/// <param name="Mode">The load mode.</param>
/// <param name="FileSize">The bytes of the file as stored; null for a pipe.</param>
/// <param name="Lanes">The number of lanes.</param>
/// <param name="Header">The file's columns.</param>
/// <param name="Dialect">How raw records are split, as JSON: the export of rejects needs it.</param>
/// <param name="Options">The options that decide what a record means.</param>
internal sealed record NewManifestEntry(
    string FileName,
    string Target,
    uint TargetOid,
    bool IsUnlogged,
    string Mode,
    long? FileSize,
    int Lanes,
    IReadOnlyList<string> Header,
    string Dialect,
    string Options);

/// <summary>What the manifest is told when a file's load ends.</summary>
/// <param name="Id">Its row.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Checksum">SHA-256 of the file as stored, where it was read to its end.</param>
/// <param name="FileSize">The bytes of the file as stored; null for a pipe.</param>
/// <param name="Notes">Why it failed.</param>
/// <param name="Read">The records that were read.</param>
internal sealed record EndedEntry(long Id, FileStatus Status, byte[]? Checksum, long? FileSize, string? Notes, long Read);
