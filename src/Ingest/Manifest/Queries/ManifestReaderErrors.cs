using Ingest.Postgres;
using Npgsql;

namespace Ingest.Manifest.Queries;

/// <summary>What can go wrong while the manifest is read.</summary>
internal static class ManifestReaderErrors
{
    public static IngestException Failed(string schema, PostgresException e) => e.SqlState switch
    {
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName => new PlanException("no_manifest",
            $"there is no manifest in schema {Identifier.Show(schema)}: the first load or 'ingest init' creates it; or --manifest-schema is another", e),
        PostgresErrorCodes.InsufficientPrivilege => new PlanException(e.SqlState,
            $"the role may not use the manifest in schema {Identifier.Show(schema)}: {e.MessageText}; 'ingest init' prints the grants that it needs", e),
        _ => new TargetException(e.SqlState, $"the manifest in schema {Identifier.Show(schema)} cannot be used: {e.MessageText}", e),
    };

    public static PlanException NotARun(string text) => new("usage",
        $"{Identifier.Show(text)} is not a run id: give the id, or its first characters, as 'ingest status' shows it");

    public static PlanException NoSuchRun(string prefix, string schema) => new("no_such_run",
        $"no run has an id that starts with {Identifier.Show(prefix)} in the manifest schema {Identifier.Show(schema)}; 'ingest status' lists the runs");

    public static PlanException SeveralRuns(string prefix) => new("no_such_run",
        $"several runs have an id that starts with {Identifier.Show(prefix)}; give more of it");
}
