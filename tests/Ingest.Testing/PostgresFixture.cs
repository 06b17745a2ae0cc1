using Ingest.Sandbox;
using Npgsql;
using Xunit;

namespace Ingest.Testing;

/// <summary>
/// A real PostgreSQL for tests. All fixtures of a test process share one cluster, which starts at the first use and
/// goes with the process; each test takes a database or a schema of its own from it:
/// <code>
/// public sealed class MergeTests(PostgresFixture postgres) : IClassFixture&lt;PostgresFixture&gt;
/// {
///     [Fact]
///     public async Task Rows_are_merged()
///     {
///         await using var database = await postgres.CreateDatabaseAsync();
///         await database.ExecuteAsync("CREATE TABLE items (id int PRIMARY KEY)");
///     }
/// }
/// </code>
/// Classes that must not run at the same time share a collection instead:
/// <c>[CollectionDefinition("faults")] public sealed class Faults : ICollectionFixture&lt;PostgresFixture&gt;;</c>
/// A test that stops or kills the server starts a <see cref="PostgresSandbox"/> of its own.
/// </summary>
public sealed class PostgresFixture : IAsyncLifetime
{
    private static readonly Lazy<Task<PostgresSandbox>> Shared = new(StartSharedAsync);

    private PostgresSandbox? _sandbox;
    private int? _major;

    /// <summary>The shared cluster.</summary>
    public PostgresSandbox Sandbox =>
        _sandbox ?? throw new InvalidOperationException("xunit initialises the fixture: take it as a constructor argument");

    /// <summary>The server's major version: what a test is about may be newer, see <c>tests/versions.sh</c>.</summary>
    public int Major => _major ?? throw new InvalidOperationException("xunit initialises the fixture: take it as a constructor argument");

    /// <summary>Starts the cluster if this is the first fixture of the process.</summary>
    public async Task InitializeAsync()
    {
        _sandbox = await Shared.Value;
        await using var connection = new NpgsqlConnection(_sandbox.ConnectionString);
        await connection.OpenAsync();
        _major = connection.PostgreSqlVersion.Major;
    }

    /// <summary>Leaves the cluster to the other fixtures.</summary>
    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>Creates an empty database; disposing it drops it.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync()
    {
        var name = "test_" + Guid.NewGuid().ToString("N")[..12];
        var connectionString = await Sandbox.CreateDatabaseAsync(name);
        return new TestDatabase(connectionString, Sandbox.DsnFor(name), () => Sandbox.DropDatabaseAsync(name));
    }

    /// <summary>
    /// Creates an empty schema, first on the search path of the connection string; disposing it drops it. Cheaper
    /// than a database, for tests that create nothing outside of it.
    /// </summary>
    public async Task<TestDatabase> CreateSchemaAsync()
    {
        var name = "test_" + Guid.NewGuid().ToString("N")[..12];
        await Sandbox.ExecuteAsync($"CREATE SCHEMA {name}");
        return new TestDatabase(
            Sandbox.ConnectionString + ";Search Path=" + name + ",public",
            Sandbox.Dsn + (Sandbox.Dsn.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "options=-csearch_path%3D" + name + ",public",
            () => Sandbox.ExecuteAsync($"DROP SCHEMA {name} CASCADE"));
    }

    private static async Task<PostgresSandbox> StartSharedAsync()
    {
        var sandbox = await PostgresSandbox.StartAsync();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => sandbox.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        return sandbox;
    }
}
