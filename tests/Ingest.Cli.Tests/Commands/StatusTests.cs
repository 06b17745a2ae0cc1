using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary><c>ingest status</c>.</summary>
public sealed class StatusTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Runs_and_their_files_are_shown()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int PRIMARY KEY, name text)");
        scene.Write("a.csv", "id,name\n1,a\n");
        scene.Write("b.csv", "id,name\nx,b\n");
        await scene.RunAsync("load", "a.csv", "--table", "items");
        await scene.RunAsync("load", "b.csv", "--table", "items");

        var text = await scene.RunAsync("status");
        var runs = (await scene.RunAsync("status", "--output", "json")).Json.GetProperty("runs");
        var first = runs[1].GetProperty("run_id").GetString()!;
        var run = (await scene.RunAsync("status", first, "--output", "json")).Json;
        var runText = await scene.RunAsync("status", runs[0].GetProperty("run_id").GetString()!);

        Assert.Contains(first, text.Out);
        Assert.Equal(2, runs.GetArrayLength());
        Assert.Equal("failed", runs[0].GetProperty("status").GetString());
        Assert.Equal("success", runs[1].GetProperty("status").GetString());
        var file = Assert.Single(run.GetProperty("file_list").EnumerateArray());
        Assert.Equal(1, file.GetProperty("inserted").GetInt64());
        Assert.Equal(64, file.GetProperty("sha256").GetString()!.Length);
        Assert.Contains("b.csv", runText.Out);
        Assert.Contains("failed", runText.Out);
    }

    [Theory]
    [InlineData("00000000")]
    [InlineData("not-a-run")]
    public async Task An_unknown_run_is_one_line_and_exit_2(string run)
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        await scene.RunAsync("init");

        var outcome = await scene.RunAsync("status", run, "--output", "json");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains(run, Assert.Single(outcome.Errors));
        Assert.Equal("failed", outcome.Json.GetProperty("status").GetString());
    }

    [Theory]
    [InlineData("status")]
    [InlineData("load a.csv --table items --max-retries 0")]
    public async Task A_role_that_the_server_refuses_gives_exit_4_in_every_command(string words)
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("a.csv", "id,name\n1,a\n");

        var outcome = await scene.RunAsync(words.Split(' '), scene.DsnOf("nobody_of_that_name", "wrong password"));

        Assert.True(outcome.ExitCode == 4, outcome.ToString());
        Assert.Contains("check the role", Assert.Single(outcome.Errors));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("load a.csv --table items --max-retries 0")]
    public async Task A_password_or_SSL_that_is_missing_is_told_with_what_to_give(string words)
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        await using var role = await LoaderRole.CreateAsync(scene);
        scene.Write("a.csv", "id,name\n1,a\n");

        var password = await scene.RunAsync(words.Split(' '), role.Dsn.Replace(":pw%20of%20a%20loader", "", StringComparison.Ordinal));
        var ssl = await scene.RunAsync(words.Split(' '), role.Dsn + "?sslmode=require");

        Assert.Equal((4, 4), (password.ExitCode, ssl.ExitCode));
        Assert.Contains("PGPASSWORD, the password file or --dsn", Assert.Single(password.Errors));
        Assert.Contains("is configured; switch SSL on in the server, or give another sslmode", Assert.Single(ssl.Errors));
    }

    [Theory]
    [InlineData("status")]
    [InlineData("rejects list")]
    [InlineData("rejects export")]
    public async Task Without_a_manifest_the_message_says_what_creates_it(string words)
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        var outcome = await scene.RunAsync(words.Split(' '));

        Assert.True(outcome.ExitCode == 2, outcome.ToString());
        Assert.Contains("ingest init", Assert.Single(outcome.Errors));
    }
}
