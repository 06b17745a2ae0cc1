using Ingest.Postgres;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Postgres;

/// <summary>Connections that are opened before they are asked for.</summary>
public sealed class ConnectionsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Name = "begun";

    [Fact]
    public async Task Those_that_were_begun_are_handed_out_and_closed()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var connections = Open(database);
        connections.Begin(3, CancellationToken.None);
        await UntilAsync(database, 3);
        await using (var first = await connections.OpenAsync(CancellationToken.None))
            Assert.Contains(first.ProcessID, await ProcessesAsync(database));
        await UntilAsync(database, 2);
        await connections.DisposeAsync();
        await UntilAsync(database, 0);
    }

    [Fact]
    public async Task Those_that_ended_while_they_waited_are_replaced()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await using var connections = Open(database);
        connections.Begin(3, CancellationToken.None);
        await UntilAsync(database, 3);
        var begun = await ProcessesAsync(database);
        await database.ExecuteAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{Name}' AND datname = current_database()");
        await UntilAsync(database, 0);

        for (var i = 0; i < 3; i++)
        {
            await using var opened = await connections.OpenAsync(CancellationToken.None);
            Assert.DoesNotContain(opened.ProcessID, begun);
            Assert.Equal(1, await opened.ScalarAsync<int>("SELECT 1", [], CancellationToken.None));
        }
    }

    [Theory]
    [InlineData("target_session_attrs=read-write")]
    [InlineData("target_session_attrs=primary&load_balance_hosts=random")]
    public async Task A_choice_among_hosts_where_there_is_one_does_not_keep_it_from_being_connected_to(string choice)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var dsn = Dsn.Resolve(database.Dsn + (database.Dsn.Contains('?') ? "&" : "?") + choice, new Dictionary<string, string>());
        await using var connections = new Connections(dsn, new(MaxRetries: 0, ReconnectWindow: 5, CommandTimeout: 60), NullLogger.Instance);
        await using var opened = await connections.OpenFirstAsync(CancellationToken.None);
        Assert.Equal(1, await opened.ScalarAsync<int>("SELECT 1", [], CancellationToken.None));
    }

    private static Connections Open(TestDatabase database) => new(
        new NpgsqlConnectionStringBuilder(database.ConnectionString) { ApplicationName = Name },
        new(MaxRetries: 0, ReconnectWindow: 5, CommandTimeout: 60), NullLogger.Instance);

    private static async Task<List<int>> ProcessesAsync(TestDatabase database) =>
        [.. (await database.RowsAsync($"SELECT pid FROM pg_stat_activity WHERE application_name = '{Name}' AND datname = current_database()")).Select(int.Parse)];

    private static async Task UntilAsync(TestDatabase database, int count)
    {
        while ((await ProcessesAsync(database)).Count != count) await Task.Delay(20);
    }
}
