using Ingest.Manifest;
using Ingest.Manifest.Queries;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Manifest;

/// <summary>A server that goes away while the manifest is read.</summary>
public sealed class ManifestReaderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Name = "reads";

    [Fact]
    public async Task A_connection_that_was_ended_is_a_server_out_of_reach_however_often_it_is_asked()
    {
        await using var database = await CreateAsync();
        await using var reader = await OpenAsync(database);
        await database.ExecuteAsync(
            $"SELECT pg_terminate_backend(pid, 30000) FROM pg_stat_activity WHERE application_name = '{Name}' AND datname = current_database()");

        for (var i = 0; i < 2; i++)
        {
            var error = await Assert.ThrowsAsync<UnreachableException>(() => reader.ListRunsAsync(1, default));
            Assert.Contains("check that the server runs", error.Message);
        }
    }

    [Fact]
    public async Task A_statement_without_an_answer_in_time_is_a_server_out_of_reach()
    {
        await using var database = await CreateAsync();
        await using var holder = await database.OpenAsync();
        await using var transaction = await holder.BeginTransactionAsync();
        await using (var hold = new NpgsqlCommand("LOCK TABLE ingest.runs", holder)) await hold.ExecuteNonQueryAsync();
        await using var reader = await OpenAsync(database);

        var error = await Assert.ThrowsAsync<UnreachableException>(() => reader.ListRunsAsync(1, default));

        Assert.Contains("no answer within the timeout", error.Message);
        Assert.Contains("--command-timeout", error.Message);
    }

    private async Task<TestDatabase> CreateAsync()
    {
        var database = await postgres.CreateDatabaseAsync();
        await ManifestSetup.RunAsync(new(database.ConnectionString), "ingest", "loader", target: null, NullLogger.Instance, default);
        return database;
    }

    private static Task<ManifestReader> OpenAsync(TestDatabase database) =>
        ManifestReader.OpenAsync(new(database.ConnectionString) { ApplicationName = Name, CommandTimeout = 1 }, "ingest", default);
}
