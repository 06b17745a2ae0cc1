using System.Text.Json;
using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary><c>ingest init</c>: the manifest, and grants that suffice.</summary>
public sealed class InitTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE SCHEMA shop; CREATE TABLE shop.items (id int PRIMARY KEY, name text); INSERT INTO shop.items VALUES (1, 'old')";

    [Fact]
    public async Task The_manifest_is_created_once()
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        var first = await scene.RunAsync("init", "--manifest-schema", "My_manifest", "--output", "json");
        var second = await scene.RunAsync("init", "--manifest-schema", "My_manifest", "--output", "json");

        Assert.True(first.ExitCode == 0, first.ToString());
        Assert.True(first.Json.GetProperty("created").GetBoolean());
        Assert.False(second.Json.GetProperty("created").GetBoolean());
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM \"My_manifest\".runs"));
    }

    [Fact]
    public async Task The_printed_grants_are_a_script_also_without_a_table()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        await using var role = await LoaderRole.CreateAsync(scene);

        var outcome = await scene.RunAsync("init", "--role", role.Name);

        await scene.Database.ExecuteAsync(outcome.Out);
        Assert.Contains("target table", outcome.Out);
    }

    [Fact]
    public async Task What_was_done_is_an_event_of_the_log()
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        var text = await scene.RunAsync("init");
        var json = await scene.RunAsync("init", "--log-format", "json");
        var quiet = await scene.RunAsync("init", "-q");

        Assert.Contains("INF the manifest in schema ingest was created;", text.Error);
        Assert.Contains("is there already", Assert.Single(json.Error.TrimEnd().Split('\n'), line => JsonDocument.Parse(line) is not null));
        Assert.Empty(quiet.Error);
        Assert.Equal(text.Out, quiet.Out);
    }

    [Theory]
    [InlineData("append")]
    [InlineData("upsert")]
    [InlineData("insert-ignore")]
    [InlineData("replace")]
    public async Task A_role_with_exactly_the_printed_grants_loads(string mode)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        await using var role = await LoaderRole.CreateAsync(scene);
        await scene.Database.ExecuteAsync("DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$");
        scene.Write("a.csv", "id,name\n2,a\nx,b\n3,c\n");

        var init = await scene.RunAsync("init", "--role", role.Name, "--table", "shop.items");
        await scene.Database.ExecuteAsync(init.Out);
        var load = await scene.RunAsync(["load", "a.csv", "--table", "shop.items", "--mode", mode, "--max-rejects", "1"], role.Dsn);
        var status = await scene.RunAsync(["status", "--output", "json"], role.Dsn);
        var export = await scene.RunAsync(["rejects", "export", "-o", "bad.csv"], role.Dsn);
        File.WriteAllText(Path.Combine(scene.Folder, "bad.csv"), File.ReadAllText(Path.Combine(scene.Folder, "bad.csv")).Replace("\nx,", "\n4,"));
        var replay = await scene.RunAsync(["rejects", "replay", "bad.csv"], role.Dsn);

        Assert.True(load.ExitCode == 3, load.ToString());
        Assert.True(status.ExitCode == 0, status.ToString());
        Assert.True(export.ExitCode == 0, export.ToString());
        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Equal(mode == "replace" ? 3 : 4, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM shop.items"));
    }

    [Theory]
    [InlineData("GRANT CONNECT, TEMPORARY ON DATABASE", "TEMPORARY ON DATABASE")]
    [InlineData("GRANT USAGE ON SCHEMA \"?ingest", "GRANT USAGE ON SCHEMA ingest")]
    [InlineData("GRANT SELECT, INSERT, UPDATE ON \"?ingest", "ON ingest.")]
    [InlineData("GRANT USAGE ON SCHEMA \"?shop", "USAGE ON SCHEMA shop")]
    [InlineData("GRANT SELECT, INSERT, UPDATE ON \"?shop", "INSERT ON shop.items")]
    public async Task A_missing_grant_is_named(string left, string expected)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        await using var role = await LoaderRole.CreateAsync(scene);
        await scene.Database.ExecuteAsync(
            "DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC; GRANT CONNECT ON DATABASE %1$I TO " + role.Name + "', current_database()); END $$");
        scene.Write("a.csv", "id,name\n2,a\n");
        var init = await scene.RunAsync("init", "--role", role.Name, "--table", "shop.items");
        var all = init.Out.TrimEnd().Split('\n');
        var granted = all.Where(line => !System.Text.RegularExpressions.Regex.IsMatch(line, "^" + left)).ToList();
        Assert.True(granted.Count < all.Length, init.Out);
        await scene.Database.ExecuteAsync(string.Join('\n', granted));

        var load = await scene.RunAsync(["load", "a.csv", "--table", "shop.items"], role.Dsn);

        Assert.True(load.ExitCode == 2, load.ToString());
        var error = Assert.Single(load.Errors);
        Assert.Contains("GRANT", error);
        Assert.Contains(expected, error.Replace("\"", ""));
    }
}
