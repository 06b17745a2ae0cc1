using Ingest.Cli.Tests.Commands;
using Ingest.Testing;

namespace Ingest.Cli.Tests.BadInput;

/// <summary>Files that may not be read, and names that a terminal or an option parser would take for something else.</summary>
public sealed class HardNameTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Table = "CREATE TABLE items (id int, v text)";

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
}
