using System.Collections.Concurrent;
using System.Diagnostics;
using Ingest.Tests.Loading;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Paths that lead to no file, to something else, or through odd names.</summary>
public sealed class PathTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string Csv = "id,v\n1,a\n";

    /// <summary>Kept: a socket that is collected takes its file with it.</summary>
    private static readonly ConcurrentBag<System.Net.Sockets.Socket> Sockets = [];

    private static readonly BadInputTable Table = new(
        Path("A path that leads nowhere", Refused("file_not_found", "does not exist"), s => Below(s, "missing.csv")),
        Path("A path through a folder that is not there", Refused("file_not_found", "does not exist"), s => Below(s, "no/such/in.csv")),
        Path("A path through a file", Refused("file_not_found", "does not exist"), s => s.Write("a.csv", Csv) + "/in.csv"),
        Path("A file name that is empty", Refused("file_not_found", "empty"), _ => "") with { IsNotOfFile = true },
        Path("A file name of 256 bytes", Refused("file_not_found", "does not exist"), s => Below(s, new string('n', 256))) with { IsNotOfFile = true },
        Path("A path of 5,000 bytes", Refused("file_not_found", "does not exist"), s => Below(s, string.Join('/', Enumerable.Repeat("deep", 1000)))) with { IsNotOfFile = true },
        Path("A path with a NUL", Refused("file_not_found"), s => Below(s, "a\0b.csv")) with { NamedAs = "a\\u0000b.csv" },
        Path("A folder", Refused("is_directory", "*.csv"), s => s.Folder),
        Path("A folder by a link", Refused("is_directory"), s => Link(s, "folder", s.Folder)),
        Path("A link that leads nowhere", Refused("file_not_found", "symbolic link that leads to no file"), s => Link(s, "link.csv", Below(s, "gone.csv"))),
        Path("A link to itself", Refused("file_not_found", "symbolic link"), s => Link(s, "loop.csv", "loop.csv")),
        Path("Two links to each other", Refused("file_not_found", "symbolic link"), s => { Link(s, "b.csv", "a.csv"); return Link(s, "a.csv", "b.csv"); }),
        Path("A chain of links to a file", Loads("1|a"), s => { s.Write("in.csv", Csv); Link(s, "1.csv", "in.csv"); return Link(s, "2.csv", "1.csv"); }),
        Path("A relative link out of a folder", Loads("1|a"), s => { s.Write("in.csv", Csv); Directory.CreateDirectory(Below(s, "d")); return Link(s, "d/l.csv", "../in.csv"); }),
        Path("The device that never ends", Refused("is_device", "reads files, pipes and standard input"), _ => "/dev/zero"),
        Path("The device that has nothing", Refused("is_device"), _ => "/dev/null"),
        Path("A device by a link", Refused("is_device"), s => Link(s, "zero.csv", "/dev/zero")),
        Path("A file of the kernel without a size", Refused("extra_columns"), _ => "/proc/self/status"),
        Path("A socket", Refused("is_device"), Socket),
        Path("A FIFO that a writer fills", Loads("1|a"), s => Fifo(s, Csv)),
        Path("A FIFO whose writer writes nothing", Refused("empty_file"), s => Fifo(s, "")),
        Path("A FIFO that a writer fills with garbage", Refused("extra_columns"), s => Fifo(s, "\u0001\u0002\u0003")),
        Path("A pattern that matches nothing", Refused("no_match", "matches no file"), s => Below(s, "*.csv")),
        Path("A pattern that matches a folder only", Refused("no_match"), s => { Directory.CreateDirectory(Below(s, "d.csv")); return Below(s, "*.csv"); }),
        Path("A pattern passes by a FIFO that nobody fills", Loads("1|a"), s => { MakeFifo(Below(s, "a.csv")); s.Write("b.csv", Csv); return Below(s, "*.csv"); }),
        Path("A pattern passes by a socket", Loads("1|a"), s => { Socket(s); s.Write("b.csv", Csv); return Below(s, "*"); }),
        Path("A pattern does not pass by a link that leads nowhere", Refused("file_not_found", "symbolic link"), s => { Link(s, "a.csv", "gone.csv"); s.Write("b.csv", Csv); return Below(s, "*.csv"); }) with { NamedAs = "a.csv" },
        Path("A pattern through a folder that holds a link to itself", Loads("1|a"), s => { Link(s, "self", "."); s.Write("in.csv", Csv); return Below(s, "**/*.csv"); }),
        Path("A pattern with brackets that is a file's name", Loads("1|a"), s => s.Write("report[1].csv", Csv)),
        Path("An unclosed bracket that is no file's name", Refused("no_match"), s => Below(s, "report[1.csv")),

        Path("A name with spaces", Loads("1|a"), s => s.Write(" a  b .csv ", Csv)),
        Path("A name with a line break", Loads("1|a"), s => s.Write("a\nb.csv", Csv)),
        Path("A name with quotes and backslashes", Loads("1|a"), s => s.Write("a'b\"c\\d.csv", Csv)),
        Path("A name that begins with a dash", Loads("1|a"), s => s.Write("--table.csv", Csv)),
        Path("A name that is a command", Loads("1|a"), s => s.Write("$(rm -rf x)`id`;|&.csv", Csv)),
        Path("A name that is SQL", Loads("1|a"), s => s.Write("'); DROP TABLE bystander; --.csv", Csv)),
        Path("A name that is a parameter", Loads("1|a"), s => s.Write("$1 {0} %s.csv", Csv)),
        Path("A name in composed and one in decomposed letters are two files", Loads("1|a", "2|b"), s => { s.Write("\u00e9.csv", Csv); s.Write("e\u0301.csv", "id,v\n2,b\n"); return Below(s, "*.csv"); }),
        Path("A missing name with a line break is one line", Refused("file_not_found"), s => Below(s, "a\nb.csv")) with { NamedAs = "a\\u000ab.csv" },
        Path("A missing name with a terminal's escape is shown, not obeyed", Refused("no_match"), s => Below(s, "a\u001b[2J.csv")) with { NamedAs = "a\\u001b[2J.csv" },
        Path("An empty file whose name has a line break is one line", Refused("empty_file"), s => s.Write("a\nb.csv", "")) with { NamedAs = "a\\u000ab.csv" },
        Path("A wrong header in a file whose name has a line break is one line", Refused("extra_columns", "'w'"), s => s.Write("a\nb.csv", "id,w\n1,a\n")) with { NamedAs = "a\\u000ab.csv" },
        Path("A wrong header in a file whose name has a terminal's escape is shown, not obeyed", Refused("extra_columns", "'w'"), s => s.Write("a\u001b[2J\u009b.csv", "id,w\n1,a\n")) with { NamedAs = "a\\u001b[2J\\u009b.csv" },
        Path("A broken gzip file whose name has a line break is one line", Refused("truncated"), s => s.Write("a\nb.csv.gz", "")) with { NamedAs = "a\\u000ab.csv.gz" },
        Path("Too many rejects of a file whose name has a line break are one line", Fails("reject_limit", "record 1, line 2"), s => s.Write("a\nb.csv", "id,v\nx,a\n"))
            with { NamedAs = "a\\u000ab.csv", Job = j => j with { MaxRejects = default } },

        new("One file named twice is loaded once", Loads("1|a")) { Files = s => [s.Write("in.csv", Csv), Below(s, "in.csv")] },
        new("One file by its name and by a link is loaded once", Loads("1|a")) { Files = s => [s.Write("in.csv", Csv), Link(s, "l.csv", "in.csv")] },
        new("One file by a way around is loaded once", Loads("1|a")) { Files = s => [s.Write("in.csv", Csv), Below(s, "./x/../in.csv"), .. Made(s, "x")] },
        new("A second file that is missing stops the first", Refused("file_not_found")) { Files = s => [s.Write("in.csv", Csv), Below(s, "missing.csv")], NamedAs = "missing.csv" });

    public static TheoryData<string> Cases => Table.Names;

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "FIFOs, devices and such names are Linux's");
        return database.RunAsync(Table[name]);
    }

    [SkippableTheory]
    [InlineData("appended", "grew")]
    [InlineData("cut", "shrank")]
    [InlineData("rewritten", "was written to")]
    [InlineData("replaced", "was replaced by another file")]
    [InlineData("removed", "is gone")]
    public async Task A_file_that_changes_while_it_is_read_is_no_success(string change, string said)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "other systems do not let go of an open file");
        await using var scene = await database.SceneAsync("CREATE TABLE t (id int, v text); CREATE TABLE gate (n int)");
        var path = scene.Write("in.csv", CsvText.File("id,v", Enumerable.Range(0, 1000).Select(i => $"{i},a")));

        // The plan has looked at the file, and waits here before it is read.
        await using var holder = await scene.Database.OpenAsync();
        await using (var begin = new Npgsql.NpgsqlCommand("BEGIN; LOCK TABLE gate", holder)) await begin.ExecuteNonQueryAsync();
        var load = scene.LoadAsync(LoadScene.Append(path) with { BeforeSql = "SELECT count(*) FROM gate" });
        while (await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE relation = 'gate'::regclass AND NOT granted") == 0)
            await Task.Delay(5);
        Change(path, change);
        await using (var end = new Npgsql.NpgsqlCommand("COMMIT", holder)) await end.ExecuteNonQueryAsync();
        var result = await load;

        Assert.Equal((ExitCode.FileFailed, true), (result.ExitCode, result.Error?.Code is "source_changed" or "file_not_found"));
        Assert.Contains(path, result.Error!.Message, StringComparison.Ordinal);
        if (result.Error.Code == "source_changed") Assert.Contains(said, result.Error.Message, StringComparison.Ordinal);
    }

    private static void Change(string path, string change)
    {
        switch (change)
        {
            case "appended":
                File.AppendAllText(path, "1001,b\n");
                break;
            case "cut":
                using (var file = File.OpenWrite(path)) file.SetLength(500);
                break;
            case "rewritten":
                var content = File.ReadAllBytes(path);
                content[^2] = (byte)'b';
                using (var file = File.OpenWrite(path)) file.Write(content);
                break;
            case "replaced":
                File.WriteAllText(path + ".new", File.ReadAllText(path));
                File.Move(path + ".new", path, overwrite: true);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private static BadInputCase Path(string name, Expected ends, Func<LoadScene, string> path) => new(name, ends) { Files = scene => [path(scene)] };

    private static string Below(LoadScene scene, string name) => scene.Folder + "/" + name;

    private static string Link(LoadScene scene, string name, string target)
    {
        File.CreateSymbolicLink(Below(scene, name), target);
        return Below(scene, name);
    }

    private static string[] Made(LoadScene scene, string folder)
    {
        Directory.CreateDirectory(Below(scene, folder));
        return [];
    }

    private static string Socket(LoadScene scene)
    {
        var path = Below(scene, "socket.csv");
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.AddressFamily.Unix, System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Unspecified);
        socket.Bind(new System.Net.Sockets.UnixDomainSocketEndPoint(path));
        Sockets.Add(socket);
        return path;
    }

    private static string Fifo(LoadScene scene, string content)
    {
        var path = Below(scene, "fifo.csv");
        MakeFifo(path);
        _ = Task.Run(() => File.WriteAllText(path, content));
        return path;
    }

    private static void MakeFifo(string path)
    {
        using var process = Process.Start("mkfifo", ["--", path]);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
