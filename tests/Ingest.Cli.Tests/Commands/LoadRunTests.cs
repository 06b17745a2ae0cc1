using System.Diagnostics;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Cli.Tests.Commands;

/// <summary>What surrounds the records of <c>ingest load</c>: SQL before and after, dry runs, created tables, interruptions.</summary>
public sealed class LoadRunTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE items (id int PRIMARY KEY, name text)";

    [Fact]
    public async Task Sql_runs_before_the_first_file_and_after_the_last()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table + "; CREATE TABLE notes (at serial, word text, items bigint)");
        scene.Write("a.csv", "id,name\n1,a\n");
        scene.Write("b.csv", "id,name\n2,b\n");
        scene.Write("after.sql", "INSERT INTO notes (word, items) SELECT 'after', count(*) FROM items;\n");

        var outcome = await scene.RunAsync("load", "a.csv", "b.csv", "--table", "items", "--analyze", "--after-sql", "@after.sql",
            "--before-sql", "INSERT INTO notes (word, items) SELECT 'before', count(*) FROM items");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(["before|0", "after|2"], await scene.Database.RowsAsync("SELECT word, items FROM notes ORDER BY at"));
        Assert.Equal(2, await scene.Database.ScalarAsync<float>("SELECT reltuples FROM pg_class WHERE oid = 'items'::regclass"));
    }

    [Fact]
    public async Task Sql_after_the_last_file_does_not_run_when_a_file_failed()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table + "; CREATE TABLE notes (word text)");
        scene.Write("a.csv", "id,name\nx,a\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "items", "--after-sql", "INSERT INTO notes VALUES ('after')");

        Assert.Equal(1, outcome.ExitCode);
        Assert.Empty(await scene.Database.RowsAsync("SELECT word FROM notes"));
    }

    [Theory]
    [InlineData("--before-sql")]
    [InlineData("--after-sql")]
    public async Task Sql_that_fails_is_one_error_that_names_the_option(string option)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name\n1,a\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "items", "--output", "json", option, "SELECT nonsense");

        Assert.NotEqual(0, outcome.ExitCode);
        var error = Assert.Single(outcome.Errors);
        Assert.Contains(option, error);
        Assert.Contains("nonsense", error);
        Assert.Equal(outcome.ExitCode, outcome.Json.GetProperty("exit_code").GetInt32());
    }

    [Theory]
    [InlineData("a.csv", @"loading a\.csv: 0 rows, 0 rows/s, \S+ MB/s, 0 rejects, \d+% read, ETA \S+ run_id=")]
    [InlineData("-", @"loading -: 0 rows, 0 rows/s, \S+ MB/s, 0 rejects run_id=")]
    public async Task Without_a_terminal_progress_is_a_log_line_every_few_seconds(string source, string expected)
    {
        const string content = "id,name\n1,a\n";
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", content);
        await using var holder = new NpgsqlConnection(scene.Database.ConnectionString);
        await holder.OpenAsync();
        await using (var hold = new NpgsqlCommand("BEGIN; LOCK TABLE items IN EXCLUSIVE MODE", holder)) await hold.ExecuteNonQueryAsync();

        using var process = scene.Start(["load", source, "--table", "items"], scene.Database.Dsn);
        if (source == "-") await process.StandardInput.WriteAsync(content);
        process.StandardInput.Close();
        var said = "";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            said += line + "\n";
            if (line.Contains(" loading ", StringComparison.Ordinal)) break;
        }
        await using (var release = new NpgsqlCommand("COMMIT", holder)) await release.ExecuteNonQueryAsync();
        var outcome = await CliScene.EndAsync(process);

        Assert.True(outcome.ExitCode == 0, said + outcome);
        Assert.Matches(expected, said);
        Assert.Equal(["1|a"], await scene.Database.RowsAsync("SELECT * FROM items"));
    }

    [SkippableTheory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task An_interrupted_load_goes_on_with_resume_and_its_first_sql_does_not_run_again(string signal, int exitCode)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        // Each batch takes a while, so that the signal comes in the middle.
        await using var scene = await CliScene.CreateAsync(postgres, Table + """
            ; CREATE TABLE notes (word text);
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END';
            CREATE TRIGGER slow AFTER INSERT ON items EXECUTE FUNCTION slow();
            """);
        scene.Write("a.csv", "id,name\n" + string.Concat(Enumerable.Range(1, 20_000).Select(i => $"{i},n{i}\n")));
        string[] words =
        [
            "load", "a.csv", "--table", "items", "--chunk-size", "100", "--output", "json",
            "--before-sql", "INSERT INTO notes VALUES ('before')", "--after-sql", "INSERT INTO notes VALUES ('after')",
        ];

        CliOutcome interrupted;
        using (var process = scene.Start(words, scene.Database.Dsn))
        {
            process.StandardInput.Close();
            var end = CliScene.EndAsync(process);
            while (await scene.Database.ScalarAsync<long>("SELECT count(*) FROM items") == 0) await Task.Delay(50);
            await KillAsync(process, signal);
            interrupted = await end;
        }
        var status = await scene.RunAsync("status", "--output", "json");
        await scene.Database.ExecuteAsync("DROP TRIGGER slow ON items");
        var resumed = await scene.RunAsync([.. words, "--resume"]);

        Assert.True(interrupted.ExitCode == exitCode, interrupted.ToString());
        Assert.Matches(@"WRN stopping: .*at once run_id=", interrupted.Error);
        Assert.Equal("interrupted", interrupted.Json.GetProperty("status").GetString());
        Assert.Equal("interrupted", status.Json.GetProperty("runs")[0].GetProperty("status").GetString());
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Equal(20_000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM items"));
        Assert.Equal(["before", "after"], await scene.Database.RowsAsync("SELECT word FROM notes"));
    }

    [SkippableFact]
    public async Task A_signal_ends_a_load_that_waits_for_a_pipe()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        await using var scene = await CliScene.CreateAsync(postgres, Table);

        // It asks the server nothing more before it has seen the pipe's first bytes.
        var outcome = await InterruptPipeAsync(scene, ["load", "-", "--table", "items", "--output", "json"], "", Waiting("idle in transaction"));

        Assert.True(outcome.ExitCode == 130, outcome.ToString());
        Assert.Equal(130, outcome.Json.GetProperty("exit_code").GetInt32());
    }

    [SkippableFact]
    public async Task A_signal_ends_a_load_whose_pipe_has_paused_and_a_resume_goes_on()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var content = "id,name\n" + string.Concat(Enumerable.Range(1, 300_000).Select(i => $"{i},n{i}\n"));
        string[] words = ["load", "-", "--table", "items", "--mode", "append", "--output", "json"];

        const string loaded = "SELECT count(*) / 150000 FROM items";
        var loading = await InterruptPipeAsync(scene, words, content[..(content.Length * 2 / 3)], loaded);
        // Less than what every lane has committed: it pauses while that is passed over.
        var skipping = await InterruptPipeAsync(scene, [.. words, "--resume"], content[..(content.Length / 4)], Waiting("idle"));
        var resumed = await scene.RunAsync([.. words, "--resume"], scene.Database.Dsn, content);

        foreach (var interrupted in (CliOutcome[])[loading, skipping])
        {
            Assert.True(interrupted.ExitCode == 130, interrupted.ToString());
            Assert.Equal("interrupted", interrupted.Json.GetProperty("status").GetString());
        }
        Assert.True(resumed.ExitCode == 0, resumed.ToString());
        Assert.Equal("300000|300000", (await scene.Database.RowsAsync("SELECT count(*), count(DISTINCT id) FROM items"))[0]);
    }

    [SkippableFact]
    public async Task A_second_signal_ends_the_load_at_once_with_one_document()
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are sent by kill");
        await using var scene = await CliScene.CreateAsync(postgres, Table + """
            ; CREATE FUNCTION stuck() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(60); RETURN NULL; END';
            CREATE TRIGGER stuck AFTER INSERT ON items EXECUTE FUNCTION stuck();
            """);
        scene.Write("a.csv", "id,name\n1,a\n");

        using var process = scene.Start(["load", "a.csv", "--table", "items", "--output", "json"], scene.Database.Dsn);
        process.StandardInput.Close();
        var error = new System.Text.StringBuilder();
        var output = process.StandardOutput.ReadToEndAsync();
        while (await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'") == 0) await Task.Delay(50);
        await KillAsync(process);
        // The second signal comes when the first was taken.
        while (!error.ToString().Contains("stopping", StringComparison.Ordinal)) error.AppendLine(await process.StandardError.ReadLineAsync() ?? throw new EndOfStreamException(error.ToString()));
        await KillAsync(process);
        error.Append(await process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        await scene.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        var outcome = new CliOutcome(process.ExitCode, await output, error.ToString());
        Assert.True(outcome.ExitCode == 130, outcome.ToString());
        Assert.Equal("interrupted", outcome.Json.GetProperty("status").GetString());
        Assert.Contains("--resume", Assert.Single(outcome.Errors));
    }

    [Fact]
    public async Task A_dry_run_shows_the_rejects_and_writes_nothing()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table + "; CREATE TABLE notes (word text)");
        scene.Write("a.csv", "id,name\n1,a\nx,b\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "items", "--dry-run", "--max-rejects", "5",
            "--before-sql", "INSERT INTO notes VALUES ('before')");

        Assert.True(outcome.ExitCode == 3, outcome.ToString());
        Assert.Contains("record 2", outcome.Out);
        Assert.Contains("line 3", outcome.Out);
        Assert.Empty(await scene.Database.RowsAsync("SELECT id::text FROM items UNION ALL SELECT word FROM notes"));
        Assert.Empty(await scene.Database.RowsAsync("SELECT nspname FROM pg_namespace WHERE nspname = 'ingest'"));
    }

    [Theory]
    [InlineData(false, "text")]
    [InlineData(true, "integer")]
    public async Task A_missing_table_is_created(bool preserveTypes, string idType)
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("a.csv", "id,Full Name\n1,ann\n2,bob\n");

        string[] words = ["load", "a.csv", "--table", "people", "--pk", "id", "--create-table"];
        var outcome = await scene.RunAsync(preserveTypes ? [.. words, "--preserve-types"] : words);

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        var type = await scene.Database.ScalarAsync<string>("SELECT data_type::text FROM information_schema.columns WHERE table_name = 'people' AND column_name = 'id'");
        Assert.Contains(type, preserveTypes ? [idType, "bigint"] : new[] { idType });
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM people"));
        Assert.Equal(1, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_constraint WHERE conrelid = 'people'::regclass AND contype = 'p'"));
    }

    [Fact]
    public async Task That_rejects_are_too_many_is_said_once_however_many_files_there_are()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        for (var i = 0; i < 4; i++) scene.Write($"{i}.csv", $"id,name\n{i},a\nx,b\n");

        var outcome = await scene.RunAsync("load", "*.csv", "--table", "items", "--max-rejects", "10%");

        Assert.True(outcome.ExitCode == 1, outcome.ToString());
        Assert.Contains("--max-rejects", Assert.Single(outcome.Errors));
    }

    [Fact]
    public async Task A_dry_run_of_a_missing_table_creates_none()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("a.csv", "id,name\n1,ann\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "people", "--pk", "id", "--create-table", "--dry-run");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("would create people", outcome.Out);
        Assert.Contains("constraints", outcome.Out);
        Assert.Empty(await scene.Database.RowsAsync("SELECT relname FROM pg_class WHERE relname = 'people'"));
    }

    [Fact]
    public async Task A_sandbox_takes_a_load_without_any_database()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("a.csv", "id,name\n1,ann\n");

        var outcome = await scene.RunAsync("load", "a.csv", "--table", "people", "--pk", "id", "--create-table", "--sandbox", "--output", "json");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Equal(1, outcome.Json.GetProperty("total").GetProperty("inserted").GetInt64());
        Assert.Empty(await scene.Database.RowsAsync("SELECT relname FROM pg_class WHERE relname = 'people'"));
    }

    /// <summary>Counts the sessions of the program that have been in a state for a while: it waits for something else than the server.</summary>
    private static string Waiting(string state) => $"""
        SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'ingest%'
        AND state = '{state}' AND state_change < clock_timestamp() - interval '0.5 s'
        """;

    /// <summary>Gives a load the beginning of its content and leaves the pipe open; interrupts it when a count is no longer 0.</summary>
    private static async Task<CliOutcome> InterruptPipeAsync(CliScene scene, string[] words, string beginning, string count)
    {
        using var process = scene.Start(words, scene.Database.Dsn);
        var end = CliScene.EndAsync(process);
        await process.StandardInput.WriteAsync(beginning);
        await process.StandardInput.FlushAsync();
        while (await scene.Database.ScalarAsync<long>(count) == 0) await Task.Delay(50);
        await KillAsync(process);
        return await end;
    }

    private static async Task KillAsync(Process process, string signal = "INT")
    {
        using var kill = Process.Start("kill", ["-" + signal, $"{process.Id}"]);
        await kill.WaitForExitAsync();
    }
}
