using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Manifest.Queries;

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

    /// <summary>Connects to the manifest.</summary>
    /// <exception cref="IngestException">The settings are malformed, or the server refuses or does not answer.</exception>
    public Task<ManifestReader> OpenManifestAsync(ParseResult arguments, Session session, CancellationToken cancellationToken)
    {
        var connection = session.Resolve(arguments.GetValue(Dsn));
        connection.CommandTimeout = arguments.GetValue(CommandTimeout);
        return ManifestReader.OpenAsync(connection, arguments.GetValue(ManifestSchema)!, cancellationToken);
    }

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("Connection", [Dsn, ManifestSchema, CommandTimeout]);
}
