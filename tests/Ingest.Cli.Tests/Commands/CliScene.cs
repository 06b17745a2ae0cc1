using System.Diagnostics;
using System.Text.Json;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Cli.Tests.Commands;

/// <summary>What the program printed, and how it ended.</summary>
internal sealed record CliOutcome(int ExitCode, string Out, string Error)
{
    /// <summary>Standard output, which must be exactly one JSON document.</summary>
    public JsonElement Json
    {
        get
        {
            using var document = JsonDocument.Parse(Out);
            return document.RootElement.Clone();
        }
    }

    /// <summary>The lines of standard error that are errors.</summary>
    public IReadOnlyList<string> Errors =>
        [.. Error.Split('\n').Where(line => line.StartsWith("ingest: error: ", StringComparison.Ordinal))];

    /// <summary>All of it, for a failed assertion.</summary>
    public override string ToString() => $"exit code {ExitCode}\n{Out}\n{Error}";
}

/// <summary>A database and a folder of a test's own, in which the built program runs as a child process.</summary>
internal sealed class CliScene : IAsyncDisposable
{
    private CliScene(TestDatabase database) => Database = database;

    /// <summary>The database; the program finds it by INGEST_DSN.</summary>
    public TestDatabase Database { get; }

    /// <summary>The program's working folder.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ingest-cli-").FullName;

    /// <summary>A database in which <paramref name="sql"/> was run.</summary>
    public static async Task<CliScene> CreateAsync(PostgresFixture postgres, string? sql = null)
    {
        var scene = new CliScene(await postgres.CreateDatabaseAsync());
        if (sql is not null) await scene.Database.ExecuteAsync(sql);
        return scene;
    }

    /// <summary>Writes a file into the folder; returns its whole path.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllText(path, content);
        return path;
    }

    /// <summary>Runs the program to its end.</summary>
    public Task<CliOutcome> RunAsync(params string[] words) => RunAsync(words, Database.Dsn);

    /// <summary>Runs the program to its end, with a DSN in its environment and a text on its standard input.</summary>
    public async Task<CliOutcome> RunAsync(string[] words, string dsn, string input = "")
    {
        using var process = Start(words, dsn);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var outcome = await EndAsync(process);
        Assert.False(Database.IsRevealedBy(outcome.Out + outcome.Error), "the server's password was printed");
        return outcome;
    }

    /// <summary>Starts the program; its standard input is open.</summary>
    public Process Start(string[] words, string dsn)
    {
        var start = IngestProcess.Describe(words, ("INGEST_DSN", dsn));
        start.WorkingDirectory = Folder;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the program's end.</summary>
    public static async Task<CliOutcome> EndAsync(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>The DSN of another role of the same database.</summary>
    public string DsnOf(string role, string password)
    {
        var settings = new NpgsqlConnectionStringBuilder(Database.ConnectionString);
        return $"postgresql://{role}:{Uri.EscapeDataString(password)}@{settings.Host}:{settings.Port}/{settings.Database}";
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Database.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
