using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary><c>ingest rejects</c>: list, export, correct, replay.</summary>
public sealed class RejectsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE items (id int PRIMARY KEY, name text, price numeric CHECK (price < 1000))";
    private const string Open = "SELECT record, message FROM ingest.rejects WHERE resolved_at IS NULL ORDER BY id";

    [Fact]
    public async Task Corrected_rejects_arrive_once_and_are_resolved()
    {
        await using var scene = await RejectedAsync();

        var list = await scene.RunAsync("rejects", "list", "--output", "json");
        var export = await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("x1", "1"), ("abc", "5.5"), ("2000", "20"));
        var replay = await scene.RunAsync("rejects", "replay", "bad.csv", "--output", "json");
        var again = await scene.RunAsync("rejects", "replay", "bad.csv");
        var left = await scene.RunAsync("rejects", "list");

        Assert.Equal(3, list.Json.GetProperty("count").GetInt64());
        Assert.True(export.ExitCode == 0, export.ToString());
        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Equal(3, replay.Json.GetProperty("total").GetProperty("inserted").GetInt64());
        Assert.Contains("3 of 3 rejects resolved", replay.Error);
        Assert.True(again.ExitCode == 0, again.ToString());
        Assert.Contains("0 of 3 rejects resolved", again.Error);
        Assert.Contains("no rejects", left.Out);
        Assert.Equal(["1|a, \"b\"|1", "2|b|5.5", "3|c|20", "4|d|4"], await scene.Database.RowsAsync("SELECT id, name, price::text FROM items ORDER BY id"));
        Assert.Equal(0, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects WHERE resolved_at IS NULL OR resolved_run IS NULL"));
    }

    [Fact]
    public async Task A_reject_that_fails_again_has_one_open_reject()
    {
        await using var scene = await RejectedAsync();
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("x1", "1"), ("abc", "def"), ("2000", "20"));

        var replay = await scene.RunAsync("rejects", "replay", "bad.csv", "--max-rejects", "1");
        var second = await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("def", "7"));
        var last = await scene.RunAsync("rejects", "replay", "bad.csv");

        Assert.True(replay.ExitCode == 3, replay.ToString());
        Assert.Contains("1 rejects written", second.Error);
        Assert.True(last.ExitCode == 0, last.ToString());
        Assert.Empty(await scene.Database.RowsAsync(Open));
        Assert.Equal(["1|1", "2|7", "3|20", "4|4"], await scene.Database.RowsAsync("SELECT id, price::text FROM items ORDER BY id"));
    }

    [Fact]
    public async Task A_replay_into_a_table_that_was_made_anew_begins_again_when_asked_to()
    {
        await using var scene = await RejectedAsync();
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("x1", "1"), ("abc", "5.5"), ("2000", "20"));
        await scene.RunAsync("rejects", "replay", "bad.csv");
        await scene.Database.ExecuteAsync($"DROP TABLE items; {Table}");

        var refused = await scene.RunAsync("rejects", "replay", "bad.csv", "--resume");
        var replay = await scene.RunAsync("rejects", "replay", "bad.csv", "--restart");

        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("--restart", refused.Error);
        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Equal(["1", "2", "3"], await scene.Database.RowsAsync("SELECT id FROM items ORDER BY id"));
    }

    [Fact]
    public async Task A_replay_beyond_the_limit_leaves_one_open_reject_a_record()
    {
        await using var scene = await RejectedAsync();
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");

        var replay = await scene.RunAsync("rejects", "replay", "bad.csv");
        var export = await scene.RunAsync("rejects", "export", "-o", "bad2.csv");

        Assert.True(replay.ExitCode == 1, replay.ToString());
        Assert.True(export.ExitCode == 0, export.ToString());
        Assert.Equal(["1", "2", "3"], (await scene.Database.RowsAsync(Open.Replace(", message", ""))).Order());
    }

    [Fact]
    public async Task An_export_goes_to_standard_output_in_the_columns_of_the_source()
    {
        await using var scene = await RejectedAsync();

        var export = await scene.RunAsync("rejects", "export");

        var lines = export.Out.TrimEnd().Split('\n');
        Assert.Equal("id,name,price,_reject_id,_reject_record,_reject_line,_reject_code,_reject_column,_reject_message,_reject_raw", lines[0]);
        Assert.Equal(4, lines.Length);
        Assert.StartsWith("x1,\"a, \"\"b\"\"\",1,", lines[1]);
    }

    [Fact]
    public async Task Rejects_are_chosen_by_run_file_and_table()
    {
        await using var scene = await RejectedAsync();
        var run = await scene.Database.ScalarAsync<string>("SELECT run_id::text FROM ingest.runs");

        Assert.Equal(3, (await scene.RunAsync("rejects", "list", "--run", run, "--output", "json")).Json.GetProperty("count").GetInt64());
        Assert.Equal(3, (await scene.RunAsync("rejects", "list", "--file", "a.csv", "--output", "json")).Json.GetProperty("count").GetInt64());
        Assert.Equal(0, (await scene.RunAsync("rejects", "list", "--file", "b.csv", "--output", "json")).Json.GetProperty("count").GetInt64());
        Assert.Equal(3, (await scene.RunAsync("rejects", "list", "--table", "items", "--output", "json")).Json.GetProperty("count").GetInt64());
        Assert.Equal(3, (await scene.RunAsync("rejects", "list", "--table", "public.items", "--output", "json")).Json.GetProperty("count").GetInt64());
    }

    [Fact]
    public async Task A_replay_of_a_header_alone_prints_one_document()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("bad.csv", "id,_reject_id\n");

        var outcome = await scene.RunAsync("rejects", "replay", "bad.csv", "--output", "json");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Equal(0, outcome.Json.GetProperty("exit_code").GetInt32());
    }

    [Fact]
    public async Task Rejected_rows_of_a_Parquet_file_arrive_when_they_are_corrected()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id bigint PRIMARY KEY CHECK (id <> 7), t text, l int[])");
        File.Copy(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "row_groups.parquet"), Path.Combine(scene.Folder, "rows.parquet"));
        var load = await scene.RunAsync("load", "rows.parquet", "--table", "items", "--max-rejects", "10");
        Assert.True(load.ExitCode == 3, load.ToString());

        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Assert.StartsWith("id,t,l,_reject_id,", File.ReadAllText(Path.Combine(scene.Folder, "bad.csv")));
        Correct(scene, ("7,", "70007,"));
        var replay = await scene.RunAsync("rejects", "replay", "bad.csv");

        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Empty(await scene.Database.RowsAsync(Open));
        Assert.Equal(["70007|row 7|{7,7}"], await scene.Database.RowsAsync("SELECT id, t, l::text FROM items WHERE id > 9000"));
        Assert.Equal(9000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM items"));
    }

    [Fact]
    public async Task A_record_that_was_not_corrected_stays_open_with_its_text()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int, name text, price numeric)");
        scene.Write("a.csv", "id,name,price\n1,a\n2,b,c,4\n3,c,3\n4,d,5,\"6\n");
        await scene.RunAsync("load", "a.csv", "--table", "items", "--mode", "append", "--max-rejects", "9");
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        var path = Path.Combine(scene.Folder, "bad.csv");
        // The second in its fields, as is right; the first only in its text.
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"1,a\"", "\"1,a,1\"", StringComparison.Ordinal).Replace(",,,2,", "2,\"b,c\",4,2,", StringComparison.Ordinal));

        var replay = await scene.RunAsync("rejects", "replay", "bad.csv", "--output", "json");
        var again = await scene.RunAsync("rejects", "export");

        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Equal((1, 2), (replay.Json.GetProperty("total").GetProperty("inserted").GetInt32(), replay.Json.GetProperty("total").GetProperty("skipped").GetInt32()));
        Assert.Contains("1 of 3 rejects resolved", replay.Error);
        Assert.Contains("2 left as they are", replay.Error);
        Assert.Equal(["2|b,c|4", "3|c|3"], await scene.Database.RowsAsync("SELECT id, name, price::text FROM items ORDER BY id"));
        Assert.Contains("\"1,a\"", again.Out);
        Assert.Contains("4,d,5", again.Out);
    }

    [Fact]
    public async Task A_reject_is_loaded_once_whatever_file_its_record_stands_in()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int, name text)");
        scene.Write("a.csv", "id,name\nx1,a\nx2,b\nx3,c\n4,d\n");
        await scene.RunAsync("load", "a.csv", "--table", "items", "--mode", "append", "--max-rejects", "9");
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("x1", "1"), ("x2", "2"), ("x3", "3"));
        File.Copy(Path.Combine(scene.Folder, "bad.csv"), Path.Combine(scene.Folder, "copy.csv"));

        var replay = await scene.RunAsync("rejects", "replay", "bad.csv");
        var copy = await scene.RunAsync("rejects", "replay", "copy.csv");
        Correct(scene, (",a,", ",edited,"));
        var edited = await scene.RunAsync("rejects", "replay", "bad.csv");

        Assert.Equal((0, 0, 0), (replay.ExitCode, copy.ExitCode, edited.ExitCode));
        Assert.Contains("3 left out: they were resolved before", copy.Error);
        Assert.Contains("0 of 3 rejects resolved", edited.Error);
        Assert.Equal(["1|a", "2|b", "3|c", "4|d"], await scene.Database.RowsAsync("SELECT id, name FROM items ORDER BY id, name"));
    }

    [Fact]
    public async Task An_export_that_cannot_be_written_leaves_the_file_and_one_of_nothing_can_be_replayed()
    {
        await using var scene = await RejectedAsync();
        scene.Write("b.csv", "id,name\nx,b\n");
        await scene.RunAsync("load", "b.csv", "--table", "items", "--max-rejects", "1");
        var path = scene.Write("bad.csv", "kept");

        var mixed = await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        var json = await scene.RunAsync("rejects", "export", "-o", "bad.csv", "--output", "json");
        Assert.Equal((2, 2, "kept"), (mixed.ExitCode, json.ExitCode, File.ReadAllText(path)));
        Assert.Equal("usage", json.Json.GetProperty("error").GetProperty("code").GetString());

        var none = await scene.RunAsync("rejects", "export", "--file", "none.csv", "-o", "bad.csv");
        var replay = await scene.RunAsync("rejects", "replay", "bad.csv");
        Assert.Equal((0, 0), (none.ExitCode, replay.ExitCode));
        Assert.Contains("nothing to do", replay.Error);
    }

    [SkippableFact]
    public async Task A_disk_that_is_full_is_told_in_place_of_a_success()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        await using var scene = await RejectedAsync();

        var full = await scene.RunAsync("rejects", "export", "-o", "/dev/full");
        var nowhere = await scene.RunAsync("rejects", "export", "-o", "none/bad.csv");

        Assert.Equal((1, 2), (full.ExitCode, nowhere.ExitCode));
        Assert.DoesNotContain("rejects written", full.Error);
        Assert.Contains("No space left on device", Assert.Single(full.Errors));
        Assert.Contains("its folder does not exist", Assert.Single(nowhere.Errors));
    }

    [Fact]
    public async Task Rejects_of_a_load_that_left_columns_out_are_replayed_with_its_options()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name,more\nx1,a,z\n");
        string[] options = ["--extra-columns", "ignore", "--tolerant-mode", "empty"];
        await scene.RunAsync(["load", "a.csv", "--table", "items", "--max-rejects", "1", .. options]);
        await scene.RunAsync("rejects", "export", "-o", "bad.csv");
        Correct(scene, ("x1", "1"));

        var replay = await scene.RunAsync(["rejects", "replay", "bad.csv", "--log-format", "json", .. options]);

        Assert.True(replay.ExitCode == 0, replay.ToString());
        Assert.Equal(["1|a"], await scene.Database.RowsAsync("SELECT id, name FROM items"));
        Assert.All(replay.Error.TrimEnd().Split('\n'), line => System.Text.Json.JsonDocument.Parse(line).Dispose());
    }

    private static void Correct(CliScene scene, params (string Wrong, string Right)[] corrections)
    {
        var path = Path.Combine(scene.Folder, "bad.csv");
        var lines = File.ReadAllLines(path);
        for (var i = 1; i < lines.Length; i++)
        {
            foreach (var (wrong, right) in corrections)
            {
                // Only the first: the reason names the wrong value again.
                var at = lines[i].IndexOf(wrong, StringComparison.Ordinal);
                if (at >= 0) lines[i] = lines[i][..at] + right + lines[i][(at + wrong.Length)..];
            }
        }
        File.WriteAllLines(path, lines);
    }

    private async Task<CliScene> RejectedAsync()
    {
        var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a.csv", "id,name,price\nx1,\"a, \"\"b\"\"\",1\n2,b,abc\n3,c,2000\n4,d,4\n");
        var load = await scene.RunAsync("load", "a.csv", "--table", "items", "--max-rejects", "10");
        Assert.True(load.ExitCode == 3, load.ToString());
        return scene;
    }
}
