using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>A role of a test's own without any rights, dropped with what it owns when disposed.</summary>
internal sealed class TestRole : IAsyncDisposable
{
    private readonly TestDatabase database;

    private TestRole(TestDatabase database, string name, string connectionString, string databaseName)
    {
        this.database = database;
        Name = name;
        ConnectionString = connectionString;
        Database = databaseName;
    }

    /// <summary>The role.</summary>
    public string Name { get; }

    /// <summary>The database that it logs in to.</summary>
    public string Database { get; }

    /// <summary>Logs in as the role.</summary>
    public string ConnectionString { get; }

    /// <summary>Creates a role that may log in, and create temporary tables.</summary>
    public static async Task<TestRole> CreateAsync(PostgresFixture postgres, TestDatabase database)
    {
        var name = "role_" + Guid.NewGuid().ToString("N")[..12];
        await postgres.Sandbox.ExecuteAsync($"CREATE ROLE {name} LOGIN PASSWORD '{name}'");
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = name, Password = name };
        return new(database, name, settings.ConnectionString, settings.Database!);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await database.ExecuteAsync($"DROP OWNED BY {Name}; DROP ROLE {Name}");
}
