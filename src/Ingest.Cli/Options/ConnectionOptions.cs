using System.CommandLine;
using Ingest.Cli.Help;

namespace Ingest.Cli.Options;

/// <summary>Where the database is, and where in it the manifest.</summary>
internal sealed class ConnectionOptions
{
    /// <summary><c>--dsn</c>.</summary>
    public Option<string?> Dsn { get; } = NewOption.Text("--dsn", "DSN",
        "The database: postgresql://user@host:5432/db, or host=… dbname=… pairs. Else INGEST_DSN, else PGHOST, PGPORT, PGUSER, "
        + "PGPASSWORD, PGDATABASE, PGSSLMODE, PGSERVICE, PGPASSFILE. Better keep the password in the environment or ~/.pgpass", "-d");

    /// <summary><c>--manifest-schema</c>.</summary>
    public Option<string> ManifestSchema { get; } = new("--manifest-schema")
    {
        HelpName = "NAME",
        Description = "The schema of the manifest: runs, files, watermarks, rejects (default ingest)",
        DefaultValueFactory = _ => "ingest",
    };

    /// <summary><c>--command-timeout</c>.</summary>
    public Option<int> CommandTimeout { get; } = NewOption.Number("--command-timeout",
        "Seconds after which a statement or a stalled connection counts as failed (default 120)", 120, 1, 86_400);

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("Connection", [Dsn, ManifestSchema, CommandTimeout]);
}
