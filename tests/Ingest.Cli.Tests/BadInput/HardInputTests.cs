using System.IO.Compression;
using System.Text;
using Ingest.Cli.Tests.Commands;
using Ingest.Testing;

namespace Ingest.Cli.Tests.BadInput;

/// <summary>Inputs that would exhaust a careless program, through the real one: its memory, its time and its last words are checked.</summary>
public sealed class HardInputTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE items (id int, v text)";
    private static readonly byte[] Run = Enumerable.Repeat((byte)'x', 1 << 20).ToArray();

    [Fact]
    public async Task A_line_of_a_gibibyte_ends_at_the_limit_of_a_record()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var run = await LoadAsync(scene, ["-"], input => Write(input, "id,v\n1,a\n2,", Run, 1024));
        run.Failed(1, "(record_too_large)", "-: ", "line 3 (byte 9)", "--max-record-size");
        Assert.Equal(1, await CountAsync(scene));
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_in_a_gibibyte_names_its_line()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("7,abc\n", 100_000)));
        var run = await LoadAsync(scene, ["-"], input => Write(input, "id,v\n1,\"a\n", lines, 1700));
        run.Failed(1, "(unclosed_quote)", "line 2 (byte 7)");
    }

    [Fact]
    public async Task A_header_of_a_gibibyte_ends_at_the_limit_of_a_header()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var run = await LoadAsync(scene, ["-"], input => Write(input, "id,v", Run, 1024));
        run.Failed(1, "(record_too_large)", "no end of the header");
    }

    [Fact]
    public async Task A_sparse_file_of_a_tebibyte_is_no_text()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = Path.Combine(scene.Folder, "sparse.csv");
        await using (var file = File.Create(path)) file.SetLength(1L << 40);
        var run = await LoadAsync(scene, [path]);
        run.Failed(1, "(not_text)", path);
    }

    [Fact]
    public async Task A_sparse_file_behind_a_header_ends_at_the_limit_of_a_record()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = scene.Write("sparse.csv", "id,v\n1," + new string('x', 2 << 20));
        await using (var file = File.OpenWrite(path)) file.SetLength(4L << 30);
        var run = await LoadAsync(scene, [path]);
        run.Failed(1, "(record_too_large)", path, "line 2 (byte 5)");
    }

    [Fact]
    public async Task Comments_and_blank_lines_without_end_cost_no_memory()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var blank = Encoding.UTF8.GetBytes(new string('\n', 1 << 20));
        var run = await LoadAsync(scene, ["-", "--comment", "#"], input =>
        {
            Write(input, "id,v\n1,a\n", blank, 200);
            Write(input, "# ", Run, 8);
            Write(input, "\n2,b\n", [], 0);
        });
        run.Loaded();
        Assert.Equal(2, await CountAsync(scene));
    }

    [SkippableTheory]
    [InlineData(".gz", "", "record_too_large")]
    [InlineData(".br", "", "record_too_large")]
    [InlineData(".gz", "\"", "unclosed_quote")]
    [InlineData(".zst", "", "record_too_large")]
    public async Task A_bomb_of_a_gibibyte_in_a_line_ends_at_the_limit_of_a_record(string extension, string quote, string code)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = Path.Combine(scene.Folder, "bomb.csv" + extension);
        await StoreAsync(path, extension, stream => Write(stream, "id,v\n1," + quote, Run, 1024));
        Assert.InRange(new FileInfo(path).Length, 100, 12 << 20);
        var run = await LoadAsync(scene, [path]);
        run.Failed(1, $"({code})", path, "line 2 (byte");
    }

    [SkippableFact]
    public async Task A_window_of_128_mebibytes_is_within_the_memory()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = Path.Combine(scene.Folder, "wide.csv.zst");
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 4096).Select(_ => new string('\n', 255) + "\n")));
        await StoreAsync(path, ".zst", stream => Write(stream, "id,v\n1,a\n", lines, 160), "--long=27");
        var run = await LoadAsync(scene, [path]);
        run.Loaded();
    }

    [Fact]
    public async Task Many_large_records_one_after_the_other_cost_no_more_than_some_of_them()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var run = await LoadAsync(scene, ["-"], input =>
        {
            Write(input, "id,v\n", [], 0);
            for (var i = 0; i < 12; i++) Write(input, $"{i},", Run, 15, "\n");
        });
        run.Loaded();
        Assert.Equal(12L * (15 << 20), await scene.Database.ScalarAsync<long>("SELECT sum(length(v)) FROM items"));
    }

    [Fact]
    public async Task Many_large_rejects_cost_no_more_than_some_of_them()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var run = await LoadAsync(scene, ["-", "--max-rejects", "100%"], input =>
        {
            Write(input, "id,v\n", [], 0);
            for (var i = 0; i < 12; i++) Write(input, "x,", Run, 15, "\n");
        });
        run.Loaded(3);
        Assert.Equal(12, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects WHERE length(raw) = 2 + 15 * 1048576"));
    }

    [Fact]
    public async Task Nothing_but_rejects_is_as_flat()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("x,abcdefghijklmnopqrstuvwxyz\n", 1000)));
        var run = await LoadAsync(scene, ["-", "--max-rejects", "100%"], input => Write(input, "id,v\n", lines, 150));
        run.Loaded(3);
        Assert.Equal(150_000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects"));
    }

    [Fact]
    public async Task A_hundred_thousand_columns_are_refused()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = scene.Write("wide.csv", string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"c{i}")) + "\n");
        (await LoadAsync(scene, [path])).Failed(1, "(record_too_large)", path);
        var unnamed = scene.Write("unnamed.csv", new string(',', 100_000) + "\n");
        (await LoadAsync(scene, [unnamed, "--extra-columns", "ignore"])).Failed(2, "(no_column)", unnamed);
    }

    [SkippableFact]
    public async Task A_file_that_another_user_may_not_read_is_refused_by_name()
    {
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/runuser"), "only root can become another user");
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = scene.Write("secret.csv", "id,v\n1,a\n");
        var closed = Directory.CreateDirectory(Path.Combine(scene.Folder, "closed")).FullName;
        File.WriteAllText(Path.Combine(closed, "in.csv"), "id,v\n1,a\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(scene.Folder, (UnixFileMode)0b111_101_101);
            File.SetUnixFileMode(path, UnixFileMode.UserRead);
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var denied = await HardRun.AsNobodyAsync(scene, [path, "--table", "items", "--mode", "append"]);
        var inClosed = await HardRun.AsNobodyAsync(scene, [Path.Combine(closed, "in.csv"), "--table", "items", "--mode", "append"]);
        var pattern = await HardRun.AsNobodyAsync(scene, [Path.Combine(closed, "*.csv"), "--table", "items", "--mode", "append"]);

        denied.Failed(1, "(file_denied)", path, "permissions");
        inClosed.Failed(2, "(file_denied)", closed);
        pattern.Failed(2, "(folder_denied)", closed);
    }

    [Fact]
    public async Task A_name_with_a_terminals_escape_is_shown_and_not_obeyed()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write("a\u001b[2J\u009b31m\nb.csv", "id,v\n1,a\nx,b\n");
        var start = new[] { "load", "a*.csv", "--table", "items", "--mode", "append", "--max-rejects", "1" };

        var loaded = await scene.RunAsync(start);
        var refused = await scene.RunAsync(start);
        var dry = await scene.RunAsync([.. start, "--dry-run"]);
        var inspected = await scene.RunAsync("inspect", "a*.csv");
        var status = await scene.RunAsync("status");
        var rejects = await scene.RunAsync("rejects", "list");

        Assert.Equal((3, 2), (loaded.ExitCode, refused.ExitCode));
        Assert.All([loaded, refused, dry, inspected, status, rejects], o => Assert.DoesNotContain(o.Out + o.Error, c => char.IsControl(c) && c != '\n'));
        Assert.Single(refused.Errors);
    }

    [Theory]
    [InlineData("-leading.csv")]
    [InlineData("--table.csv")]
    [InlineData("@response.csv")]
    public async Task A_name_like_an_option_loads_after_two_dashes(string name)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        scene.Write(name, "id,v\n1,a\n");

        var byPath = await scene.RunAsync("load", "./" + name, "--table", "items", "--mode", "append");
        var byDashes = await scene.RunAsync("load", "--table", "items", "--mode", "append", "--force", "--", name);

        Assert.True((byPath.ExitCode, byDashes.ExitCode) == (0, 0), byPath + "\n" + byDashes);
    }

    private static Task<HardRun> LoadAsync(CliScene scene, string[] words, Action<Stream>? feed = null) =>
        HardRun.LoadAsync(scene, [.. words, "--table", "items", "--mode", "append"], feed);

    private static Task<long> CountAsync(CliScene scene) => scene.Database.ScalarAsync<long>("SELECT count(*) FROM items");

    private static void Write(Stream stream, string start, byte[] run, int times, string end = "")
    {
        stream.Write(Encoding.UTF8.GetBytes(start));
        for (var i = 0; i < times; i++) stream.Write(run);
        stream.Write(Encoding.UTF8.GetBytes(end));
    }

    private static async Task StoreAsync(string path, string extension, Action<Stream> write, params string[] options)
    {
        if (extension == ".zst")
        {
            await ZstandardCommand.StoreAsync(path, write, options);
            return;
        }
        await using var file = File.Create(path);
        await using Stream stream = extension == ".gz" ? new GZipStream(file, CompressionLevel.Fastest) : new BrotliStream(file, CompressionLevel.Fastest);
        write(stream);
    }
}
