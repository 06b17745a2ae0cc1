using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Testing;
using Ingest.Tests.Loading;

namespace Ingest.Tests.BadInput;

/// <summary>
/// Runs cases through the real loader: a database for a theme, a schema for a case, and a table <c>bystander</c> beside
/// every target that no input may touch.
/// </summary>
public sealed class BadInputDatabase : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PostgresFixture postgres = new();
    private TestDatabase? database;
    private int schemas;

    /// <summary>The cluster.</summary>
    internal PostgresFixture Postgres => postgres;

    /// <summary>The server's major version.</summary>
    internal int Major => postgres.Major;

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        await postgres.InitializeAsync();
        database = await postgres.CreateDatabaseAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync() => await database!.DisposeAsync();

    /// <summary>Loads an input and checks how it ends, and all that must hold after any load.</summary>
    internal async Task RunAsync(BadInputCase input)
    {
        await using var scene = await SceneAsync(input.Ddl);
        var files = input.Files?.Invoke(scene) ?? [scene.WriteBytes(input.FileName, input.Content)];
        var job = input.Job(LoadScene.Append(files) with { MaxRejects = new RejectLimit(1000, null) });
        using var patience = new CancellationTokenSource(Patience);

        var rowsBefore = await scene.CountAsync(job.Table);
        LoadResult? result = null;
        var thrown = await Record.ExceptionAsync(async () => result = await scene.LoadAsync(job, cancellationToken: patience.Token));

        Assert.False(patience.IsCancellationRequested, "the load hangs");
        Assert.Equal(["1"], await scene.RowsAsync(table: "bystander"));
        switch (input.Ends)
        {
            case Expected.Loaded loaded:
                if (thrown is not null) Assert.Fail(thrown.ToString());
                var code = loaded.Rejected.Length > 0 ? ExitCode.LoadedWithRejects : ExitCode.Success;
                Assert.True(result!.ExitCode == code, $"{result.ExitCode}: {result.Error?.Message} {result.Total}");
                Assert.All(result.Files, f => Assert.Equal(FileStatus.Success, f.Status));
                Assert.Equal(loaded.Rows, await scene.Database.RowsAsync(input.Select));
                Assert.Equal(loaded.Rejected, await RejectsAsync(scene, result.RunId));
                break;
            case Expected.Refusal refusal:
                if (thrown is null) Assert.Fail($"{result!.ExitCode}: {result.Error?.Message} {result.Total}");
                CheckError(Assert.IsAssignableFrom<IngestException>(thrown), refusal.Code, refusal.Parts, NameOf(input, files));
                Assert.Equal(rowsBefore, await scene.CountAsync(job.Table));
                await LoadAssert.NothingIsLeftAsync(scene.Database);
                break;
            case Expected.Failure failure:
                if (thrown is not null) Assert.Fail(thrown.ToString());
                Assert.True(result!.ExitCode == ExitCode.FileFailed, $"{result.ExitCode}: {result.Error?.Message} {result.Total}");
                CheckError(result.Error!, failure.Code, failure.Parts, NameOf(input, files));
                Assert.Equal(failure.Rows, await scene.Database.RowsAsync(input.Select));
                Assert.DoesNotContain(result.Files, f => f.Status == FileStatus.Success);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(input));
        }
    }

    /// <summary>A schema of its own, first on the search path.</summary>
    internal async Task<LoadScene> SceneAsync(string ddl)
    {
        var schema = $"case_{Interlocked.Increment(ref schemas)}";
        await database!.ExecuteAsync($"CREATE SCHEMA {schema}");
        return await LoadScene.CreateAsync(database.WithSchema(schema), $"CREATE TABLE bystander (id int); INSERT INTO bystander VALUES (1); {ddl}");
    }

    private static string? NameOf(BadInputCase input, string[] files) =>
        input.IsNotOfFile ? null : input.NamedAs ?? files.FirstOrDefault();

    /// <summary>One line for the operator, with the file and the place, and no trace of the program's insides.</summary>
    private static void CheckError(IngestException error, string code, string[] parts, string? file)
    {
        Assert.True(code == error.Code, $"{error.Code}, not {code}: {error.Message}");
        Assert.DoesNotContain(error.Message, char.IsControl);
        Assert.DoesNotContain("   at ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error.Message, StringComparison.Ordinal);
        Assert.InRange(error.Message.Length, 20, 1000);
        foreach (var part in file is null ? parts : [.. parts, file])
            Assert.True(error.Message.Contains(part, StringComparison.Ordinal), $"'{part}' is not in: {error.Message}");
    }

    private static Task<IReadOnlyList<string>> RejectsAsync(LoadScene scene, Guid run) => scene.Database.RowsAsync(
        $"SELECT record, line, byte_offset, column_name, code FROM ingest.rejects WHERE run_id = '{run}' ORDER BY record");
}
