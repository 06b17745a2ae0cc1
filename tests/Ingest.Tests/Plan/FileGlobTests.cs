using System.Diagnostics;
using Ingest.Plan;

namespace Ingest.Tests.Plan;

public sealed class FileGlobTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingest-glob-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Patterns_match_names_in_ordinal_order()
    {
        Make("b.csv", "a.csv", "B.csv", "a10.csv", "a2.csv", "c.txt", ".hidden.csv", "sub/d.csv");
        Assert.Equal(["B.csv", "a.csv", "a10.csv", "a2.csv", "b.csv"], Expand("*.csv"));
        Assert.Equal(["a.csv", "b.csv"], Expand("[ab].csv"));
        Assert.Equal(["a2.csv"], Expand("a?.csv"));
        Assert.Equal(["a10.csv", "a2.csv"], Expand("a[0-9]*.csv"));
        Assert.Equal([".hidden.csv"], Expand(".*.csv"));
        Assert.Equal(["sub/d.csv"], Expand("*/*.csv"));
        if (OperatingSystem.IsLinux()) Assert.Equal(["B.csv", "b.csv"], Expand("[!ac].csv"));
    }

    [Fact]
    public void Double_star_matches_any_depth_and_leaves_hidden_folders_out()
    {
        Make("a.csv", "x/b.csv", "x/y/c.csv", "x/y/z/d.txt", ".git/e.csv", "x/.f.csv");
        Assert.Equal(["a.csv", "x/b.csv", "x/y/c.csv"], Expand("**/*.csv"));
        Assert.Equal(["x/b.csv", "x/y/c.csv"], Expand("x/**/*.csv"));
        Assert.Equal(["x/y/c.csv"], Expand("**/y/*.csv"));
        Assert.Equal(["a.csv", "x/b.csv", "x/y/c.csv", "x/y/z/d.txt"], Expand("**"));
        Assert.Equal(["x/y/c.csv"], Expand("**/y/**/c.csv"));
        Assert.Equal([".git/e.csv"], Expand(".git/**/*.csv"));
    }

    [Fact]
    public void A_file_that_is_reached_twice_is_loaded_once_where_it_came_first()
    {
        Make("b.csv", "a.csv", "x/c.csv");
        Assert.Equal(["b.csv", "a.csv", "x/c.csv"], Expand("b.csv", "*.csv", "./a.csv", "x/../b.csv", "**/*.csv"));
        if (OperatingSystem.IsWindows()) return;
        File.CreateSymbolicLink(At("0.csv"), "b.csv");
        Assert.Equal(["0.csv", "a.csv"], Expand("*.csv"));
    }

    [Fact]
    public void A_path_that_exists_wins_over_its_reading_as_a_pattern()
    {
        Make("report[1].csv", "report1.csv");
        Assert.Equal(["report[1].csv"], Expand("report[1].csv"));
        File.Delete(At("report[1].csv"));
        Assert.Equal(["report1.csv"], Expand("report[1].csv"));
    }

    [Theory]
    [InlineData("-x.csv")]
    [InlineData(" a b .csv")]
    [InlineData("Größe.csv")]
    [InlineData("line\nbreak.csv")]
    public void Names_of_any_kind_are_found_by_name_and_by_pattern(string name)
    {
        if (OperatingSystem.IsWindows() && name.Contains('\n')) return;
        Make(name);
        Assert.Equal([name], Expand(name));
        Assert.Equal([name], Expand("*.csv"));
    }

    [Fact]
    public void What_names_no_file_is_an_error_of_the_plan_that_repeats_it()
    {
        Make("x/a.csv");
        Assert.Contains("*.tsv", Fails("no_match", "*.tsv").Message, StringComparison.Ordinal);
        Assert.Contains("absent.csv", Fails("file_not_found", "absent.csv").Message, StringComparison.Ordinal);
        Assert.Contains(Path.Join("x", "*.csv"), Fails("is_directory", "x").Message, StringComparison.Ordinal);
        Fails("no_match", "absent/**/*.csv");
        Fails("no_match", "x/a.csv/*");
        Assert.Equal("file_not_found", Assert.Throws<PlanException>(() => FileGlob.Expand([""])).Code);
        // A pattern does not excuse another that matches nothing.
        Assert.Throws<PlanException>(() => FileGlob.Expand([At("x/*.csv"), At("*.tsv")]));
    }

    [Fact]
    public void Where_one_file_is_meant_several_are_an_error_that_counts_them()
    {
        Make("x/b.csv", "x/a.csv");
        Assert.EndsWith("a.csv", FileGlob.Single([At("x/a*.csv")]).Name, StringComparison.Ordinal);
        var error = Assert.Throws<PlanException>(() => FileGlob.Single([At("x/*.csv")]));
        Assert.StartsWith("2 files match", error.Message, StringComparison.Ordinal);
        Assert.Contains("a.csv'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Standard_input_is_a_dash()
    {
        using var bytes = new MemoryStream();
        var file = Assert.Single(FileGlob.Expand(["-", "-"], () => bytes));
        Assert.True(file.IsStdin);
        Assert.Same(bytes, file.StandardInput?.Invoke());
    }

    [SkippableFact]
    public void Loops_of_links_FIFOs_and_dangling_links_neither_hang_nor_vanish()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "links need a privilege on Windows");
        Make("x/a.csv");
        Directory.CreateSymbolicLink(At("x/loop"), "..");
        Directory.CreateSymbolicLink(At("self"), ".");
        File.CreateSymbolicLink(At("x/gone.csv"), "absent");
        Process.Start("mkfifo", [At("x/pipe.csv")])!.WaitForExit();
        Assert.Equal(["x/a.csv", "x/gone.csv"], Expand("**/*.csv"));
        Assert.Equal(["self/self/x/a.csv"], Expand("self/self/x/a*.csv"));
        if (OperatingSystem.IsLinux()) Assert.Equal(["x/pipe.csv"], Expand("x/pipe.csv"));
    }

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "abc", true)]
    [InlineData("a*c*e", "abcde", true)]
    [InlineData("a*c*e", "abcdef", false)]
    [InlineData("*a*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("[]a]", "]", true)]
    [InlineData("[!]a]", "b", true)]
    [InlineData("[a-", "[a-", true)]
    [InlineData("[a-]", "-", true)]
    [InlineData("[a-c]x", "bx", true)]
    [InlineData("[a-c]x", "dx", false)]
    [InlineData("[^a-c]x", "dx", true)]
    [InlineData("[*]", "*", true)]
    [InlineData("[*]", "a", false)]
    [InlineData("?", "", false)]
    [InlineData("*", ".a", false)]
    [InlineData(".*", ".a", true)]
    public void A_segment_matches_as_in_a_shell(string pattern, string name, bool matches) =>
        Assert.Equal(matches, GlobPattern.Matches(pattern, name));

    [Fact]
    public void A_name_matches_itself_and_every_pattern_made_from_it()
    {
        var random = new Random(3);
        for (var i = 0; i < 5000; i++)
        {
            var name = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => "abc-.x"[random.Next(6)]));
            Assert.True(GlobPattern.Matches(name, name));
            var pattern = name[..1] + string.Concat(name.Skip(1).Select(c => random.Next(5) switch
            {
                0 => "?",
                1 => "*",
                2 => $"[{c}z]",
                3 => "*" + c,
                _ => c.ToString(),
            }));
            Assert.True(GlobPattern.Matches(pattern, name), $"{pattern} {name}");
        }
    }

    [SkippableTheory]
    [InlineData("x\\377.csv", "*.csv")]
    [InlineData("x\\377.csv", "**/*.csv")]
    [InlineData("sub\\377/x.csv", "**/*.csv")]
    [InlineData("sub\\377/x.csv", "*/*.csv")]
    public void A_name_that_is_not_UTF_8_is_an_error_where_a_pattern_reaches_it(string name, string pattern)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "file systems elsewhere refuse such names");
        Make("a.csv", "sub/b.csv");
        Shell($"n=$(printf '{name}') && mkdir -p \"$(dirname \"$n\")\" && echo a > \"$n\"");
        try
        {
            Assert.Contains("rename it", Fails("bad_file_name", pattern).Message, StringComparison.Ordinal);
            Assert.Equal(["a.csv"], Expand("a*.csv"));
        }
        finally
        {
            Shell("rm -r ./x?.csv ./sub?* 2>/dev/null; true"); // .NET cannot delete them.
        }
    }

    private void Shell(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private string At(string name) => Path.Combine(folder, name);

    private void Make(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllText(At(name), "a\n");
        }
    }

    private List<string> Expand(params string[] patterns) =>
        FileGlob.Expand(patterns.Select(At)).Select(f => Path.GetRelativePath(folder, f.Name).Replace('\\', '/')).ToList();

    private PlanException Fails(string code, string pattern)
    {
        var error = Assert.Throws<PlanException>(() => FileGlob.Expand([At(pattern)]));
        Assert.Equal(code, error.Code);
        return error;
    }
}
