using System.Text;
using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary>A password is nowhere but where the user put it.</summary>
public sealed class SecretTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Canary = "cAn4ry/Xq7 Zt9";

    [Theory]
    [InlineData("text", false)]
    [InlineData("json", false)]
    [InlineData("text", true)]
    [InlineData("json", true)]
    public async Task A_password_is_in_no_output_and_not_in_the_manifest(string format, bool isWrong)
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int PRIMARY KEY, name text)");
        var role = "canary_" + Guid.NewGuid().ToString("N")[..8];
        await scene.Database.ExecuteAsync($"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD '{(isWrong ? "other" : Canary)}'");
        try
        {
            scene.Write("a.csv", "id,name\n1,a\nx,b\n");
            var dsn = scene.DsnOf(role, Canary);
            string[][] commands =
            [
                ["load", "a.csv", "--table", "items", "--max-rejects", "1", "--max-retries", "0", "--dsn", dsn],
                ["load", "a.csv", "--table", "items", "--before-sql", $"SELECT '{Canary}' nonsense nonsense", "--force"],
                ["status"], ["rejects", "list"], ["init"],
            ];

            var all = new StringBuilder();
            foreach (var command in commands)
            {
                var outcome = await scene.RunAsync([.. command, "--log-level", "trace", "--log-format", format, "--output", format], dsn);
                all.Append(outcome.ToString());
                if (isWrong) Assert.NotEqual(0, outcome.ExitCode);
            }
            if (!isWrong) all.AppendJoin('\n', await scene.Database.RowsAsync("SELECT r::text FROM ingest.runs r UNION ALL SELECT m::text FROM ingest.manifest m UNION ALL SELECT j::text FROM ingest.rejects j"));

            Assert.DoesNotContain("cAn4ry", all.ToString());
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Theory]
    [InlineData("URI", false)]
    [InlineData("URI", true)]
    [InlineData("keywords", false)]
    [InlineData("keywords", true)]
    [InlineData("PGPASSWORD", false)]
    [InlineData("PGPASSWORD", true)]
    [InlineData("passfile", false)]
    [InlineData("passfile", true)]
    public async Task A_password_is_nowhere_however_it_was_given(string form, bool isWrong)
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int PRIMARY KEY, name text)");
        var role = "canary_" + Guid.NewGuid().ToString("N")[..8];
        await scene.Database.ExecuteAsync($"CREATE ROLE {role} SUPERUSER LOGIN PASSWORD '{(isWrong ? "other" : Canary)}'");
        try
        {
            scene.Write("a.csv", "id,name\n1,a\nx,b\n");
            var environment = Environment(scene, form, role);
            string[][] commands =
            [
                ["load", "a.csv", "--table", "items", "--max-rejects", "1", "--output", "json"],
                ["load", "a.csv", "--table", "no_such_table"],
                ["load", "a.csv", "--table", "items", "--force", "--before-sql", "SELECT pg_terminate_backend(pg_backend_pid())", "--max-retries", "0"],
            ];

            var all = new StringBuilder();
            foreach (var command in isWrong ? commands[..1] : commands)
            {
                var start = IngestProcess.Describe([.. command, "--log-level", "trace"], environment);
                start.WorkingDirectory = scene.Folder;
                using var process = System.Diagnostics.Process.Start(start)!;
                process.StandardInput.Close();
                if (OperatingSystem.IsLinux()) all.Append(CommandLineOf(process.Id));
                var outcome = await CliScene.EndAsync(process);
                all.Append(outcome.ToString());
                Assert.True(!isWrong || outcome.ExitCode != 0, outcome.ToString());
            }
            if (!isWrong) all.AppendJoin('\n', await ManifestAsync(scene));

            Assert.Contains(isWrong ? "28P01" : "loaded", all.ToString());
            Assert.DoesNotContain("cAn4ry", all.ToString());
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_password_that_the_server_quotes_is_not_kept_in_the_manifest()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int PRIMARY KEY, name text)");
        var role = "canary_" + Guid.NewGuid().ToString("N")[..8];
        await scene.Database.ExecuteAsync($"""
            CREATE ROLE {role} SUPERUSER LOGIN PASSWORD '{Canary}';
            CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION SQLSTATE '42501' USING MESSAGE = 'denied to {Canary}'; END $$;
            CREATE TRIGGER tell BEFORE INSERT ON items FOR EACH STATEMENT EXECUTE FUNCTION tell();
            """);
        try
        {
            scene.Write("a.csv", "id,name\n1,a\n");
            string[] load = ["load", "a.csv", "--table", "items"];

            var sql = await scene.RunAsync([.. load, "--before-sql", $"SELECT '{Canary}'::int"], scene.DsnOf(role, Canary));
            var rows = await scene.RunAsync(load, scene.DsnOf(role, Canary));
            var notes = string.Join('\n', await scene.Database.RowsAsync("SELECT notes FROM ingest.runs UNION ALL SELECT notes FROM ingest.manifest"));

            Assert.Equal((1, 1), (sql.ExitCode, rows.ExitCode));
            Assert.Contains("denied to ***", notes);
            Assert.Contains("***\"", notes);
            Assert.DoesNotContain("cAn4ry", notes);
        }
        finally
        {
            await scene.Database.ExecuteAsync($"DROP OWNED BY {role}; DROP ROLE {role}");
        }
    }

    [Fact]
    public async Task A_cell_is_in_the_raw_text_of_its_reject_and_nowhere_else()
    {
        (string Column, string Value)[] cells =
        [
            ("int", "cAn4ryCell"), ("varchar(3)", "cAn4ryCell"), ("text CHECK (length(c) < 3)", "cAn4ryCell"), ("text UNIQUE", "cAn4ryCell"),
            ("text REFERENCES parents", "cAn4ryCell"), ("mood", "cAn4ryCell"), ("interval", "cAn4ryCell"), ("int[]", "{cAn4ryCell}"),
            ("int4range", "[cAn4ryCell,2)"), ("jsonb", "{cAn4ryCell}"), ("tsquery", "cAn4ryCell &"), ("xml", "<cAn4ryCell>"),
            ("point", "cAn4ryCell"), ("date", "cAn4ryCell"), ("uuid", "cAn4ryCell"), ("bytea", "\\xcAn4ryCell"), ("bit(3)", "cAn4ryCell"),
            ("money", "cAn4ryCell"), ("float8", "cAn4ryCell"), ("small", "cAn4ryCell"), ("numeric(4,1)", "1e400cAn4ryCell"),
        ];
        var names = cells.Select((_, i) => $"c{i}").ToArray();
        var columns = cells.Select((cell, i) => $"c{i} " + cell.Column.Replace("(c)", $"(c{i})", StringComparison.Ordinal));
        await using var scene = await CliScene.CreateAsync(postgres, $"""
            CREATE TYPE mood AS ENUM ('ok'); CREATE DOMAIN small AS text CHECK (length(VALUE) < 3); CREATE TABLE parents (v text PRIMARY KEY);
            CREATE TABLE items (id int PRIMARY KEY, {string.Join(", ", columns)});
            INSERT INTO items (id, c3) VALUES (-1, 'cAn4ryCell');
            """);

        // A record for each column, with the canary in it and nothing in the others.
        var records = cells.Select((cell, i) => $"{i}," + string.Join(',', cells.Select((_, j) => j == i ? $"\"{cell.Value}\"" : "")));
        scene.Write("a.csv", $"id,{string.Join(',', names)}\n{string.Join('\n', records)}\n");
        string[] load = ["load", "a.csv", "--table", "items", "--log-level", "trace"];

        var refused = await scene.RunAsync([.. load, "--output", "json"]);
        var loaded = await scene.RunAsync([.. load, "--max-rejects", "100", "--restart"]);
        var dry = await scene.RunAsync([.. load, "--dry-run"]);
        var rejects = await scene.RunAsync("rejects", "list");
        var all = refused.ToString() + loaded + dry + rejects + string.Join('\n', await scene.Database.RowsAsync(
            "SELECT r::text FROM ingest.runs r UNION ALL SELECT m::text FROM ingest.manifest m UNION ALL SELECT concat(message, column_name) FROM ingest.rejects"));

        Assert.Equal((1, 3), (refused.ExitCode, loaded.ExitCode));
        Assert.DoesNotContain("cAn4ry", all, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(cells.Length, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects WHERE raw ~* 'cAn4ryCell'"));
    }

    [SkippableFact]
    public async Task A_password_of_the_environment_is_not_among_the_words_of_the_process()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/proc is Linux's");
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int PRIMARY KEY, name text)");
        await using var role = await LoaderRole.CreateAsync(scene);

        // It waits for its standard input, connected.
        using var process = scene.Start(["load", "-", "--table", "items", "--output", "json"], scene.Database.Dsn);
        await process.StandardInput.WriteAsync("id,name\n1,a\n");
        await process.StandardInput.FlushAsync();
        // Empty while the kernel still puts the program in the place of what started it.
        var words = "";
        while (words.Length == 0 && !process.HasExited)
        {
            words = File.ReadAllText($"/proc/{process.Id}/cmdline");
            await Task.Delay(1);
        }
        process.StandardInput.Close();
        var outcome = await CliScene.EndAsync(process);

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("--table", words);
        Assert.DoesNotContain("postgresql://", words);
    }

    private static (string Name, string Value)[] Environment(CliScene scene, string form, string role)
    {
        var server = new Npgsql.NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        var bare = $"postgresql://{role}@{server.Host}:{server.Port}/{server.Database}";
        switch (form)
        {
            case "URI":
                return [("INGEST_DSN", scene.DsnOf(role, Canary))];
            case "keywords":
                return [("INGEST_DSN", $"host={server.Host} port={server.Port} dbname={server.Database} user={role} password='{Canary}'")];
            case "PGPASSWORD":
                return [("INGEST_DSN", bare), ("PGPASSWORD", Canary)];
            default:
                var path = scene.Write("passfile", $"{server.Host}:{server.Port}:*:{role}:{Canary}\n");
                if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
                return [("INGEST_DSN", bare), ("PGPASSFILE", path)];
        }
    }

    private static string CommandLineOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (IOException)
        {
            return ""; // It has ended.
        }
    }

    private static Task<IReadOnlyList<string>> ManifestAsync(CliScene scene) => scene.Database.RowsAsync(
        "SELECT r::text FROM ingest.runs r UNION ALL SELECT m::text FROM ingest.manifest m UNION ALL SELECT j::text FROM ingest.rejects j");
}
