using Ingest.Postgres;

namespace Ingest.Tests.Postgres;

public sealed class DsnFilesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ingest-dsn-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void A_service_fills_what_the_dsn_leaves_open_and_stands_before_the_environment()
    {
        var env = new Dictionary<string, string>
        {
            ["PGSERVICEFILE"] = Write("services", "# shops\n[other]\nhost=no\n[shop]\nhost=s\nport=99\nuser=su\n[shop]\nhost=second\n"),
            ["PGSERVICE"] = "shop",
            ["PGUSER"] = "eu",
            ["PGDATABASE"] = "ed",
        };
        Assert.Equal("su@s:99/ed", DsnDisplay.Show(Dsn.Resolve(null, env)));
        Assert.Equal("du@s:99/ed", DsnDisplay.Show(Dsn.Resolve("user=du", env)));
        env.Remove("PGSERVICE");
        Assert.Equal("su@s:99/ed", DsnDisplay.Show(Dsn.Resolve("service=shop", env)));
    }

    [Fact]
    public void A_service_that_is_nowhere_is_an_error_that_names_the_files()
    {
        var file = Write("services", "[other]\nhost=no\n");
        var error = Assert.Throws<PlanException>(() =>
            Dsn.Resolve("service=shop", new Dictionary<string, string> { ["PGSERVICEFILE"] = file, ["PGSYSCONFDIR"] = folder.FullName }));
        Assert.Contains("'shop'", error.Message);
        Assert.Contains(file, error.Message);
    }

    [Fact]
    public void A_malformed_service_file_is_an_error_that_names_the_line()
    {
        var env = new Dictionary<string, string> { ["PGSERVICEFILE"] = Write("services", "[shop]\nhost=h\ncanary-word\n") };
        var error = Assert.Throws<PlanException>(() => Dsn.Resolve("service=shop", env));
        Assert.Contains("line 3", error.Message);
        Assert.DoesNotContain("canary-word", error.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_in_words()
    {
        var error = DsnMessages.FileUnreadable("password file", folder.FullName, new UnauthorizedAccessException());
        Assert.Equal($"password file '{folder.FullName}' cannot be read, it is a directory; check its path and permissions", error.Message);
    }

    [Theory]
    [InlineData("h:5432:d:u:first\n*:*:*:*:last\n", "first")]
    [InlineData("# comment\nother:*:*:*:no\n*:*:*:u:a\\:b\\\\c:d\n", "a:b\\c:d")]
    [InlineData("h:5433:*:*:no\n", null)]
    [InlineData("short\nh:*:d:u:yes\n", "yes")]
    public void The_first_matching_line_of_the_password_file_counts(string content, string? password) =>
        Assert.Equal(password, Dsn.Resolve("host=h user=u dbname=d", Passfile(content)).Password);

    [Fact]
    public void The_password_file_calls_a_socket_localhost() =>
        Assert.Equal("yes", Dsn.Resolve("host=/run/pg user=u dbname=d", Passfile("localhost:*:*:*:yes\n")).Password);

    [Fact]
    public void A_given_password_stands_before_the_password_file() =>
        Assert.Equal("given", Dsn.Resolve("postgresql://u:given@h/d", Passfile("*:*:*:*:no\n")).Password);

    private Dictionary<string, string> Passfile(string content) => new() { ["PGPASSFILE"] = Write("pgpass", content) };

    private string Write(string name, string content)
    {
        var file = Path.Combine(folder.FullName, name);
        File.WriteAllText(file, content);
        return file;
    }
}
