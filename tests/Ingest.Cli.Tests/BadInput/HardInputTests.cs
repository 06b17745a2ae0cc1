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
            Write(input, "id,v\n1,a\n", blank, 40);
            Write(input, "# ", Run, 8);
            Write(input, "\n2,b\n", [], 0);
        });
        run.Loaded();
        Assert.Equal(2, await CountAsync(scene));
    }

    [SkippableTheory]
    [InlineData(".gz", "", "record_too_large", 1024)]
    [InlineData(".br", "", "record_too_large", 256)]
    [InlineData(".gz", "\"", "unclosed_quote", 128)]
    [InlineData(".zst", "", "record_too_large", 1024)]
    public async Task A_bomb_in_a_line_ends_at_the_limit_of_a_record(string extension, string quote, string code, int mebibytes)
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = Path.Combine(scene.Folder, "bomb.csv" + extension);
        await StoreAsync(path, extension, stream => Write(stream, "id,v\n1," + quote, Run, mebibytes));
        Assert.InRange(new FileInfo(path).Length, 100, 12 << 20);
        var run = await LoadAsync(scene, [path]);
        run.Failed(1, $"({code})", path, "line 2 (byte");
    }

    [SkippableFact]
    public async Task A_window_of_64_mebibytes_is_within_the_limit_of_memory()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var run = await LoadAsync(scene, [await WideAsync(scene, "--long=26")]);
        run.Loaded();
    }

    [SkippableFact]
    public async Task A_window_of_128_mebibytes_must_be_allowed_and_costs_itself_and_no_more()
    {
        await using var scene = await CliScene.CreateAsync(postgres, Table);
        var path = await WideAsync(scene, "--long=27");
        var refused = await LoadAsync(scene, [path]);
        refused.Failed(1, "(window_too_large)", path, "--max-window");
        var run = await LoadAsync(scene, [path, "--max-window", "128MB"]);
        run.Loaded(memory: HardRun.MemoryLimit + (64L << 20));
    }

    /// <summary>A file that fills a window of 128 MiB.</summary>
    private static async Task<string> WideAsync(CliScene scene, string window)
    {
        var path = Path.Combine(scene.Folder, "wide.csv.zst");
        var lines = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 4096).Select(_ => new string('\n', 255) + "\n")));
        await StoreAsync(path, ".zst", stream => Write(stream, "id,v\n1,a\n", lines, 132), window);
        return path;
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
