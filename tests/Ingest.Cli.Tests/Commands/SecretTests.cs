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
        var words = File.ReadAllText($"/proc/{process.Id}/cmdline");
        process.StandardInput.Close();
        var outcome = await CliScene.EndAsync(process);

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("--table", words);
        Assert.DoesNotContain("postgresql://", words);
    }
}
