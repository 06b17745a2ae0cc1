using Ingest.Testing;

namespace Ingest.Sandbox.Tests;

/// <summary>What other test projects rely on; with INGEST_TEST_DSN it runs against that server.</summary>
public sealed class PostgresFixtureTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Each_test_has_a_database_of_its_own_that_goes_with_it()
    {
        string name;
        await using (var first = await postgres.CreateDatabaseAsync())
        {
            await using var second = await postgres.CreateDatabaseAsync();
            await first.ExecuteAsync("CREATE TABLE t AS SELECT 1 AS a");
            Assert.True(await second.ScalarAsync<bool>("SELECT to_regclass('t') IS NULL"));
            name = await first.ScalarAsync<string>("SELECT current_database()::text");
        }

        await using var other = await postgres.CreateDatabaseAsync();
        Assert.Equal(0L, await other.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
    }

    [Fact]
    public async Task A_schema_is_where_unqualified_names_go()
    {
        await using var schema = await postgres.CreateSchemaAsync();
        await schema.ExecuteAsync("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, NULL), (2, 'x')");

        Assert.Equal(["1|∅", "2|x"], await schema.RowsAsync("SELECT * FROM t ORDER BY a"));
        Assert.StartsWith("test_", await schema.ScalarAsync<string>(
            "SELECT relnamespace::regnamespace::text FROM pg_class WHERE oid = 't'::regclass"), StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Psql_sees_the_same_schema_and_copies_from_a_file()
    {
        await using var schema = await postgres.CreateSchemaAsync();
        await schema.ExecuteAsync("CREATE TABLE t (a int, b text)");
        var folder = Directory.CreateTempSubdirectory("ingest-tests-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "t.csv"), "a,b\n1,\"x, y\"\n2,ü\n");

        var copied = await Psql.RunAsync(schema.Dsn, "\\copy t FROM 't.csv' CSV HEADER\nSELECT * FROM t ORDER BY a;", folder.FullName);

        Assert.Equal((0, "1|x, y\n2|ü\n", ""), (copied.ExitCode, copied.Output.ReplaceLineEndings("\n"), copied.Errors));
        folder.Delete(recursive: true);
    }

    [SkippableFact]
    public async Task Psql_stops_at_the_first_error()
    {
        await using var schema = await postgres.CreateSchemaAsync();

        var failed = await Psql.RunAsync(schema.Dsn, "SELECT 1;\nSELECT nothing;\nSELECT 2;\n");

        Assert.Equal((3, "1"), (failed.ExitCode, failed.Output.Trim()));
        Assert.Contains("nothing", failed.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_server_cannot_be_stopped_and_keeps_no_database_of_ours()
    {
        var name = "foreign_" + Guid.NewGuid().ToString("N")[..8];
        await using (var foreign = await PostgresSandbox.StartAsync(new SandboxOptions { Dsn = postgres.Sandbox.Dsn, Databases = [name] }))
        {
            Assert.False(foreign.IsPrivate);
            Assert.Equal("not_supported", (await Assert.ThrowsAsync<SandboxException>(() => foreign.StopImmediateAsync())).Code);
            Assert.Equal("not_supported", (await Assert.ThrowsAsync<SandboxException>(() => foreign.RestartAsync())).Code);
            Assert.Equal("not_supported", Assert.Throws<SandboxException>(() => foreign.PostmasterPid).Code);
        }

        await using var look = await postgres.CreateDatabaseAsync();
        Assert.Equal(0L, await look.ScalarAsync<long>($"SELECT count(*) FROM pg_database WHERE datname = '{name}'"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    [InlineData("a name that is longer than the sixty-three bytes that a server keeps")]
    public async Task A_database_name_that_the_server_would_cut_is_refused(string name)
    {
        var refused = await Assert.ThrowsAsync<SandboxException>(() => postgres.Sandbox.CreateDatabaseAsync(name));

        Assert.Equal("bad_name", refused.Code);
    }

    [Fact]
    public void The_repository_is_found()
    {
        Assert.True(File.Exists(Repository.PathOf("Ingest.sln")));
    }
}
