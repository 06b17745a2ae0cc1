using System.Text;
using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Telemetry;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>A database with a target, a folder for files, and loads whose invariants are checked, whatever the test is about.</summary>
internal sealed class LoadScene : IAsyncDisposable
{
    private readonly TestDatabase database;

    private LoadScene(TestDatabase database) => this.database = database;

    /// <summary>The folder of the files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ingest-load-").FullName;

    /// <summary>The database.</summary>
    public TestDatabase Database => database;

    /// <summary>Makes a database and runs statements in it.</summary>
    public static async Task<LoadScene> CreateAsync(PostgresFixture postgres, string ddl) =>
        await CreateAsync(await postgres.CreateDatabaseAsync(), ddl);

    /// <summary>Takes over a database and runs statements in it.</summary>
    public static async Task<LoadScene> CreateAsync(TestDatabase database, string ddl)
    {
        var scene = new LoadScene(database);
        if (ddl.Length > 0) await database.ExecuteAsync(ddl);
        return scene;
    }

    /// <summary>A job for files of this folder into table <c>t</c>, with two lanes.</summary>
    public static LoadJob Job(params string[] files) => new() { Files = files, Table = TableName.Parse("t"), Concurrency = 2 };

    /// <summary>A job that appends.</summary>
    public static LoadJob Append(params string[] files) => Job(files) with { Mode = LoadMode.Append };

    /// <summary>Writes a file and returns its path.</summary>
    public string Write(string name, string content) => WriteBytes(name, Encoding.UTF8.GetBytes(content));

    /// <summary>Writes a file and returns its path.</summary>
    public string WriteBytes(string name, byte[] content)
    {
        var path = Path.Combine(Folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Runs a job to its end and checks every invariant.</summary>
    public async Task<LoadResult> LoadAsync(LoadJob job, string? connection = null, CancellationToken cancellationToken = default)
    {
        var rowsBefore = await CountAsync(job.Table);
        var settings = new NpgsqlConnectionStringBuilder(connection ?? database.ConnectionString);
        var result = await new Loader(settings, NullLogger.Instance).RunAsync(job, new LoadProgress(), cancellationToken);
        await LoadAssert.HoldsAsync(database, job, result, rowsBefore);
        return result;
    }

    /// <summary>Runs a job and cancels it once so many records are committed.</summary>
    public async Task<LoadResult> InterruptAsync(LoadJob job, int committed)
    {
        using var stop = new CancellationTokenSource();
        var progress = new LoadProgress();
        var running = new Loader(new NpgsqlConnectionStringBuilder(database.ConnectionString), NullLogger.Instance).RunAsync(job, progress, stop.Token);
        while (!running.IsCompleted && progress.Files.Sum(f => f.RowsCommitted) < committed) await Task.Delay(1);
        await stop.CancelAsync();
        try
        {
            var result = await running;
            await LoadAssert.HoldsAsync(database, job with { Resume = true }, result, 0);
            return result;
        }
        catch (OperationCanceledException)
        {
            await LoadAssert.NothingIsLeftAsync(database);
            return new LoadResult { RunId = Guid.Empty, Files = [], Elapsed = default, ExitCode = ExitCode.Interrupted };
        }
    }

    /// <summary>Runs a job that must load everything.</summary>
    public async Task<LoadResult> LoadedAsync(LoadJob job)
    {
        var result = await LoadAsync(job);
        Assert.True(result.ExitCode == ExitCode.Success, $"{result.ExitCode}: {result.Error?.Message} {result.Total}");
        return result;
    }

    /// <summary>Runs a job that must load everything but some rejects.</summary>
    public async Task<LoadResult> RejectedAsync(LoadJob job, long rejects)
    {
        var result = await LoadAsync(job);
        Assert.True(result.ExitCode == ExitCode.LoadedWithRejects, $"{result.ExitCode}: {result.Error?.Message} {result.Total}");
        Assert.Equal(rejects, result.Total.Rejected);
        return result;
    }

    /// <summary>Runs a job that its plan must refuse: nothing is loaded, nothing is left behind.</summary>
    public async Task<PlanException> RefusedAsync(LoadJob job, string? connection = null)
    {
        var rowsBefore = await CountAsync(job.Table);
        var settings = new NpgsqlConnectionStringBuilder(connection ?? database.ConnectionString);
        var refusal = await Assert.ThrowsAsync<PlanException>(
            () => new Loader(settings, NullLogger.Instance).RunAsync(job, new LoadProgress(), default));
        Assert.Equal(ExitCode.BadPlan, refusal.ExitCode);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(rowsBefore, await CountAsync(job.Table));
        await LoadAssert.NothingIsLeftAsync(database);
        return refusal;
    }

    /// <summary>Runs a job that begins and fails before its first file; returns the code.</summary>
    public async Task<string?> RefusedByRunAsync(LoadJob job)
    {
        var result = await LoadAsync(job);
        Assert.IsType<PlanException>(result.Error);
        return result.Error.Code;
    }

    /// <summary>The rows of the target in a stable order.</summary>
    public Task<IReadOnlyList<string>> RowsAsync(string order = "1", string table = "t") =>
        database.RowsAsync($"SELECT * FROM {table} ORDER BY {order}");

    /// <summary>The rejects in record order: record, line, code, raw text.</summary>
    public Task<IReadOnlyList<string>> RejectsAsync() =>
        database.RowsAsync("SELECT record, line, code, raw FROM ingest.rejects ORDER BY record");

    /// <summary>The rows of a table; 0 where there is none.</summary>
    public async Task<long> CountAsync(TableName table) =>
        await database.ScalarAsync<bool>($"SELECT to_regclass('{table}') IS NOT NULL") ? await database.ScalarAsync<long>($"SELECT count(*) FROM {table}") : 0;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        await database.DisposeAsync();
    }
}
