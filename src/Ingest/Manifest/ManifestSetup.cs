using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Manifest;

/// <summary>Creates the manifest ahead of the first load, so that the loading role need not own it.</summary>
/// <param name="Created">Whether it was created now; else it was there.</param>
/// <param name="Grants">What a role that only loads needs, a statement each.</param>
public sealed record ManifestSetup(bool Created, IReadOnlyList<string> Grants)
{
    /// <summary>Creates the manifest unless it is there.</summary>
    /// <param name="dsn">The server, and a role that may create schemas.</param>
    /// <param name="schema">The manifest's schema.</param>
    /// <param name="role">The role that will load.</param>
    /// <param name="target">The table that it will load into, or null.</param>
    /// <param name="log">Is told of failed attempts to connect.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PlanException">The role may not create it, or it is of another version.</exception>
    /// <exception cref="UnreachableException">The database cannot be reached.</exception>
    public static async Task<ManifestSetup> RunAsync(
        NpgsqlConnectionStringBuilder dsn, string schema, string role, TableName? target, ILogger log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(dsn);
        Identifier.Check(schema, "manifest schema");
        Identifier.Check(role, "role");
        await using var connections = new Connections(dsn, new(MaxRetries: 1, ReconnectWindow: 1, CommandTimeout: 60), log);
        await using var connection = await connections.OpenFirstAsync(cancellationToken);
        var created = await ManifestSchema.EnsureAsync(connection, new ManifestSql(schema), cancellationToken);
        return new(created, GrantSql.For(connection.Database, schema, role, target));
    }
}
