using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary><c>ingest load</c> against a server: exit codes, output, and what is in the table.</summary>
public sealed class LoadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE items (id int PRIMARY KEY, name text)";
    private const string UnreachableDsn = "postgresql://u:pw@127.0.0.1:1/d";

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task A_file_loads_with_exit_0_and_its_counts(string format)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name\n1,ann\n2,bob\n2,ben\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "items", "--output", format);

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Empty(outcome.Errors);
        Assert.Equal(["1|ann", "2|ben"], await scene.Database.RowsAsync("SELECT * FROM items ORDER BY id"));
        if (format == "text")
        {
            Assert.Contains("superseded", outcome.Out);
            return;
        }
        var file = Assert.Single(outcome.Json.GetProperty("files").EnumerateArray());
        Assert.Equal(3, file.GetProperty("read").GetInt64());
        Assert.Equal(2, file.GetProperty("inserted").GetInt64());
        Assert.Equal(1, file.GetProperty("superseded").GetInt64() + file.GetProperty("updated").GetInt64());
        Assert.Equal("success", file.GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_failed_file_gives_exit_1_one_error_line_and_one_document()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("bad.csv", "id,name\n1,ann\nx,bob\n");

        var outcome = await scene.RunAsync("load", "bad.csv", "--table", "items", "--output", "json");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Single(outcome.Errors);
        Assert.Equal("failed", outcome.Json.GetProperty("status").GetString());
        Assert.Equal(1, outcome.Json.GetProperty("exit_code").GetInt32());
        Assert.Contains("bad.csv", outcome.Errors[0]);
    }

    [Theory]
    [InlineData("nothing-*.csv", "items", "id", "nothing-")]
    [InlineData("missing.csv", "items", "id", "missing.csv")]
    [InlineData("a.csv", "absent", "id", "absent")]
    [InlineData("a.csv", "items", "nope", "nope")]
    public async Task A_plan_that_cannot_work_gives_exit_2_and_one_line(string file, string table, string key, string expected)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name\n1,ann\n");

        var outcome = await scene.RunAsync("load", file, "--table", table, "--pk", key, "--output", "json");

        Assert.True(outcome.ExitCode == 2, outcome.ToString());
        Assert.Contains(expected, Assert.Single(outcome.Errors));
        Assert.Equal(2, outcome.Json.GetProperty("exit_code").GetInt32());
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM items"));
    }

    [Fact]
    public async Task Rejects_within_the_limit_give_exit_3()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name\n1,ann\nx,bob\n3,cat\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "items", "--max-rejects", "1", "--output", "json");

        Assert.True(outcome.ExitCode == 3, outcome.ToString());
        Assert.Equal("loaded_with_rejects", outcome.Json.GetProperty("status").GetString());
        Assert.Equal(1, outcome.Json.GetProperty("total").GetProperty("rejected").GetInt64());
        Assert.Equal(["1", "3"], await scene.Database.RowsAsync("SELECT id FROM items ORDER BY id"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_gives_exit_4()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("a.csv", "id,name\n1,ann\n");

        var outcome = await scene.RunAsync(
            ["load", "a.csv", "--table", "items", "--output", "json", "--max-retries", "0", "--reconnect-window", "0"], UnreachableDsn);

        Assert.True(outcome.ExitCode == 4, outcome.ToString());
        Assert.Single(outcome.Errors);
        Assert.Equal(4, outcome.Json.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_also_while_a_pipe_gives_nothing()
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        using var process = scene.Start(
            ["load", "-", "--table", "items", "--max-retries", "0", "--reconnect-window", "0"], UnreachableDsn);
        var outcome = await CliScene.EndAsync(process);

        Assert.True(outcome.ExitCode == 4, outcome.ToString());
        Assert.Single(outcome.Errors);
    }

    [Fact]
    public async Task Standard_input_loads()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);

        var outcome = await scene.RunAsync(["load", "-", "--table", "items", "--output", "json"], scene.Database.Dsn, "id,name\n7,zoë\n");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(["7|zoë"], await scene.Database.RowsAsync("SELECT * FROM items"));
        Assert.Equal(1, outcome.Json.GetProperty("total").GetProperty("inserted").GetInt64());
    }

    [Fact]
    public async Task A_pattern_is_expanded_by_the_program_below_folders_too()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        Directory.CreateDirectory(Path.Combine(scene.Folder, "2026", "may"));
        scene.Write("2026/a.csv", "id,name\n1,a\n");
        scene.Write("2026/may/b.csv", "id,name\n2,b\n");
        scene.Write("2026/may/c.txt", "no csv");

        var outcome = await scene.RunAsync("load", "**/*.csv", "--table", "items", "--output", "json");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(2, outcome.Json.GetProperty("files").GetArrayLength());
        Assert.Equal(["1|a", "2|b"], await scene.Database.RowsAsync("SELECT * FROM items ORDER BY id"));
    }

    [SkippableTheory]
    [InlineData("two words.csv")]
    [InlineData("it's \"quoted\".csv")]
    [InlineData("line\nbreak.csv")]
    [InlineData("[draft] {1}.csv")]
    public async Task A_file_of_any_name_loads_and_is_named_on_one_line(string name)
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no such names");
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write(name, "id,name\n1,a\nx,b\n");

        var outcome = await scene.RunAsync("load", name, "--table", "items", "--max-rejects", "1", "--log-level", "debug", "--log-format", "json");
        var status = await scene.RunAsync("status", await scene.Database.ScalarAsync<string>("SELECT run_id::text FROM ingest.runs"));
        var list = await scene.RunAsync("rejects", "list", "--output", "json", "--file", name);

        Assert.True(outcome.ExitCode == 3, outcome.ToString());
        Assert.DoesNotContain("line\nbreak", outcome.Out + outcome.Error + status.Out);
        Assert.EndsWith(name, await scene.Database.ScalarAsync<string>("SELECT file_name FROM ingest.manifest"));
        Assert.Equal(1, list.Json.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task Columns_of_any_name_load()
    {
        await using var scene = await CliScene.CreateAsync(postgres, """CREATE TABLE "Order_Items" ("The Id" int PRIMARY KEY, "a""b" text)""");
        scene.Write("a.csv", "The Id,\"a\"\"b\"\n1,x\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "Order_Items");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(["1|x"], await scene.Database.RowsAsync("SELECT * FROM \"Order_Items\""));
    }
}
