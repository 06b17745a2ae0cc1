using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Testing;
using Ingest.Tests.Loading;
using Npgsql;

namespace Ingest.Tests.Manifest;

/// <summary>A manifest of an older version.</summary>
public sealed class ManifestUpgradeTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>What version 1 did not have.</summary>
    private const string Downgrade = "ALTER TABLE ingest.manifest DROP COLUMN target_oid; UPDATE ingest.version SET version = 1";

    [Fact]
    public async Task It_is_brought_up_to_date_and_its_interrupted_loads_go_on()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var path = scene.Write("a.csv", CsvText.File("id", Enumerable.Range(0, 5000).Select(i => i == 3000 ? "x" : $"{i}")));
        var job = LoadScene.Append(path) with { ChunkSize = 500, Concurrency = 1 };
        Assert.InRange((await scene.LoadAsync(job)).Total.Read, 1, 4999);
        await scene.Database.ExecuteAsync(Downgrade);

        await scene.RejectedAsync(job with { Resume = true, MaxRejects = new(1, null) }, 1);

        Assert.Equal(4999, await scene.CountAsync(job.Table));
        Assert.Equal(["2"], await scene.Database.RowsAsync("SELECT version FROM ingest.version"));
    }

    [Fact]
    public async Task Several_loads_that_meet_it_at_once_change_it_once()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await scene.LoadedAsync(LoadScene.Append(scene.Write("a.csv", "id\n1\n")));
        await scene.Database.ExecuteAsync(Downgrade);

        await Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var connection = await scene.Database.OpenAsync();
            Assert.False(await ManifestSchema.EnsureAsync(connection, new ManifestSql("ingest"), CancellationToken.None));
        }));

        Assert.Equal(["2"], await scene.Database.RowsAsync("SELECT version FROM ingest.version"));
    }

    [Fact]
    public async Task A_role_that_does_not_own_it_is_told_who_can()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await scene.LoadedAsync(LoadScene.Append(scene.Write("a.csv", "id\n1\n")));
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"{Downgrade}; GRANT ALL ON SCHEMA ingest TO {role.Name}; GRANT ALL ON ALL TABLES IN SCHEMA ingest TO {role.Name}; GRANT ALL ON t TO {role.Name}");
        var job = LoadScene.Append(scene.Write("b.csv", "id\n2\n"));

        var refusal = await scene.RefusedAsync(job, role.ConnectionString);
        Assert.Equal("42501", refusal.Code);
        Assert.Contains("ingest init", refusal.Message);

        var setup = await ManifestSetup.RunAsync(
            new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString), "ingest", role.Name, null, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance, CancellationToken.None);
        Assert.False(setup.Created);
        Assert.Equal(ExitCode.Success, (await scene.LoadAsync(job, role.ConnectionString)).ExitCode);
    }

    [Fact]
    public async Task A_newer_one_is_left_alone()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);
        await scene.Database.ExecuteAsync("UPDATE ingest.version SET version = 99");

        Assert.Equal("manifest_version", (await scene.RefusedAsync(job with { Force = true })).Code);
    }
}
