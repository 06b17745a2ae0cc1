using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Files that the manifest knows.</summary>
public sealed class AlreadyLoadedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task A_resume_skips_what_is_loaded()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);

        var again = await scene.LoadedAsync(job with { Resume = true });

        Assert.Equal(FileStatus.AlreadyLoaded, again.Files[0].Status);
        Assert.Equal(["1"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Replace)]
    public async Task Rejects_of_what_an_interrupted_run_has_loaded_are_told_by_the_resume(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var job = LoadScene.Job(scene.Write("a.csv", "id\n1\nbad\n"), scene.Write("b.csv", "id\n2\n")) with
        {
            Mode = mode, MaxRejects = new(1, null),
        };
        await scene.LoadAsync(job);

        var told = await scene.LoadAsync(job with { Resume = true });
        // As a kill leaves it that comes once the files are loaded, before the run has said how it ended.
        await scene.Database.ExecuteAsync("UPDATE ingest.runs SET status = 'running', finished_at = NULL WHERE run_id IN (SELECT run_id FROM ingest.manifest)");
        var untold = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal(ExitCode.Success, told.ExitCode);
        Assert.Equal(ExitCode.LoadedWithRejects, untold.ExitCode);
        Assert.All(untold.Files, file => Assert.Equal(FileStatus.AlreadyLoaded, file.Status));
        Assert.Equal(["1", "2"], await scene.RowsAsync());
    }

    [Fact]
    public async Task The_same_file_by_another_name_is_the_same_file()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var path = scene.Write("a.csv", "id\n1\n");
        var link = Path.Combine(scene.Folder, "link.csv");
        File.CreateSymbolicLink(link, path);
        await scene.LoadedAsync(LoadScene.Append(path));

        var refused = await scene.RefusedByRunAsync(LoadScene.Append(link));

        Assert.Equal("already_loaded", refused);
    }

    [Fact]
    public async Task An_append_of_a_loaded_file_asks_for_force()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);

        var refused = await scene.RefusedByRunAsync(job);
        await scene.LoadedAsync(job with { Force = true });

        Assert.Equal("already_loaded", refused);
        Assert.Equal(["1", "1"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_refused_file_that_was_read_early_is_closed()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var path = scene.Write("a.csv", CsvText.File("id,v", Enumerable.Range(0, 60_000).Select(i => $"{i},some text to make it longer")));
        await scene.LoadedAsync(LoadScene.Append(path));

        Assert.Equal("already_loaded", await scene.RefusedByRunAsync(LoadScene.Append(path)));

        // Fails while a reader of this process shares the file.
        using var alone = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task New_content_under_the_same_name_is_loaded_as_new(bool resume)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);
        scene.Write("a.csv", "id\n2\n");

        await scene.LoadedAsync(job with { Resume = resume });

        Assert.Equal(["1", "2"], await scene.RowsAsync());
    }

    [Fact]
    public async Task An_upsert_loads_a_loaded_file_again()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY)");
        var job = LoadScene.Job(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);

        Assert.Equal(1, (await scene.LoadedAsync(job)).Total.Unchanged);
    }

    [Fact]
    public async Task The_same_file_goes_into_two_tables()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int); CREATE TABLE u (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));

        await scene.LoadedAsync(job);
        await scene.LoadedAsync(job with { Table = Ingest.Postgres.TableName.Parse("u") });

        Assert.Equal(["1"], await scene.RowsAsync(table: "u"));
    }
}
