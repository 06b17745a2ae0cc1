using Ingest.Postgres;
using Npgsql;

namespace Ingest.Tests.Postgres;

public sealed class DsnTests
{
    private static readonly Dictionary<string, string> Empty = [];

    [Fact]
    public void A_uri_gives_every_part()
    {
        var b = Dsn.Resolve("postgresql://anna:s%40cret%2F@db.example:6543/shop?sslmode=verify-full&application_name=nightly%20load&options=-c%20work_mem%3D64MB&connect_timeout=7", Empty);
        Assert.Equal("anna", b.Username);
        Assert.Equal("s@cret/", b.Password);
        Assert.Equal("db.example", b.Host);
        Assert.Equal(6543, b.Port);
        Assert.Equal("shop", b.Database);
        Assert.Equal(SslMode.VerifyFull, b.SslMode);
        Assert.Equal("nightly load", b.ApplicationName);
        Assert.Equal("-c work_mem=64MB", b.Options);
        Assert.Equal(7, b.Timeout);
    }

    [Theory]
    [InlineData("postgres://u@h/d", "u@h:5432/d")]
    [InlineData("postgresql://u@[::1]:5433/d", "u@[::1]:5433/d")]
    [InlineData("postgresql://u@[fe80::1]/d", "u@[fe80::1]:5432/d")]
    [InlineData("postgresql://u@%2Fvar%2Frun%2Fpostgresql/d", "u@/var/run/postgresql:5432/d")]
    [InlineData("postgresql:///d?host=/var/run/postgresql&user=u", "u@/var/run/postgresql:5432/d")]
    [InlineData("postgresql://u@a:1,b:2/d", "u@a:1,b:2/d")]
    [InlineData("postgresql://u@a,b/d?port=77", "u@a,b/d")]
    [InlineData("postgresql://u@[::1]:1,b:2/d", "u@[::1]:1,b:2/d")]
    [InlineData("postgresql://u@a:1,b:2,c/d?port=5", "u@a:1,b:2,c:5432/d")]
    [InlineData("postgresql://u:p@ss@h/d", "u@h:5432/d")]
    [InlineData("postgresql://u@h", "u@h:5432/u")]
    [InlineData("postgresql://zo%C3%AB@h/m%C3%A9t%C3%A9o", "zoë@h:5432/météo")]
    [InlineData("host=h port=77 user=u dbname=d", "u@h:77/d")]
    [InlineData("host = h user = 'u' dbname='my db\\'s'", "u@h:5432/my db's")]
    [InlineData("user=u hostaddr=10.0.0.1 dbname=d", "u@10.0.0.1:5432/d")]
    [InlineData("host=a,b port=1,2 user=u dbname=d", "u@a:1,b:2/d")]
    [InlineData("Host=h;Username=u;Database=d", "u@h:5432/d")]
    [InlineData("host=h;username=u;database=d;port=9", "u@h:9/d")]
    [InlineData("Server=h;User Id=u;Database=d", "u@h:5432/d")]
    [InlineData("password=a;b host=h user=u dbname=d", "u@h:5432/d")]
    [InlineData("host=h password=a;port=b user=u dbname=d", "u@h:5432/d")]
    public void Every_form_is_read_and_shown_without_secrets(string dsn, string shown) =>
        Assert.Equal(shown, DsnDisplay.Show(Dsn.Resolve(dsn, Empty)));

    [Theory]
    [InlineData("postgresql://u@h/d", null, GssEncryptionMode.Disable)]
    [InlineData("Host=h;Username=u", null, GssEncryptionMode.Disable)]
    [InlineData("postgresql://u@h/d?gssencmode=prefer", null, GssEncryptionMode.Prefer)]
    [InlineData("host=h gssencmode=require", null, GssEncryptionMode.Require)]
    [InlineData("Host=h;Gss Encryption Mode=Require", null, GssEncryptionMode.Require)]
    [InlineData("postgresql://u@h/d", "/tmp/krb5cc_7", GssEncryptionMode.Prefer)]
    [InlineData("postgresql://u@h/d", "", GssEncryptionMode.Disable)]
    [InlineData("postgresql://u@h/d?gssencmode=disable", "/tmp/krb5cc_7", GssEncryptionMode.Disable)]
    public void Kerberos_encrypts_where_it_is_asked_for_or_tickets_are_named(string dsn, string? tickets, GssEncryptionMode expected) =>
        Assert.Equal(expected, Dsn.Resolve(dsn, tickets is null ? Empty : new() { ["KRB5CCNAME"] = tickets }).GssEncryptionMode);

    [Theory]
    [InlineData("postgresql://u@h/d?bogus=1", "'bogus'")]
    [InlineData("host=h bogus=1", "'bogus'")]
    [InlineData("Host=h;Bogus=1", "'bogus'")]
    public void An_unknown_parameter_is_named(string dsn, string named)
    {
        var error = Assert.Throws<PlanException>(() => Dsn.Resolve(dsn, Empty));
        Assert.Contains(named, error.Message);
        Assert.Equal("bad_dsn", error.Code);
    }

    [Fact]
    public void The_message_on_an_unknown_parameter_lists_the_known_ones() =>
        Assert.Contains("target_session_attrs", Assert.Throws<PlanException>(() => Dsn.Resolve("postgresql://h/d?bogus=1", Empty)).Message);

    [Theory]
    [InlineData("shop")]
    [InlineData("postgresql://u@h:port/d")]
    [InlineData("postgresql://u@h:70000/d")]
    [InlineData("postgresql://u@h:0/d")]
    [InlineData("postgresql://u@[::1/d")]
    [InlineData("postgresql://u@h/d/e")]
    [InlineData("postgresql://u@h/d?sslmode")]
    [InlineData("postgresql://u@h/d?sslmode=on")]
    [InlineData("postgresql://u%zz@h/d")]
    [InlineData("postgresql://u%00@h/d")]
    [InlineData("postgresql://u%ff@h/d")]
    [InlineData("host=a,b port=1,2,3")]
    [InlineData("host=h dbname='open")]
    [InlineData("host=h user")]
    [InlineData("host=h connect_timeout=soon")]
    [InlineData("host=h hostaddr=10.0.0.1 sslmode=verify-full")]
    [InlineData("host=h client_encoding=LATIN1")]
    public void A_malformed_dsn_is_an_error_of_the_plan(string dsn)
    {
        var error = Assert.Throws<PlanException>(() => Dsn.Resolve(dsn, Empty));
        Assert.Equal(ExitCode.BadPlan, error.ExitCode);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void The_option_wins_over_INGEST_DSN_which_wins_over_libpqs_variables()
    {
        var env = new Dictionary<string, string>
        {
            ["INGEST_DSN"] = "postgresql://two@h2/d2",
            ["PGHOST"] = "h3",
            ["PGUSER"] = "three",
            ["PGDATABASE"] = "d3",
            ["PGPASSWORD"] = "secret3",
        };
        Assert.Equal("one@h1:5432/d1", DsnDisplay.Show(Dsn.Resolve("postgresql://one@h1/d1", env)));
        Assert.Equal("two@h2:5432/d2", DsnDisplay.Show(Dsn.Resolve(null, env)));
        env.Remove("INGEST_DSN");
        Assert.Equal("three@h3:5432/d3", DsnDisplay.Show(Dsn.Resolve(null, env)));
    }

    [Theory]
    [InlineData("postgresql://h/d")]
    [InlineData("host=h dbname=d")]
    [InlineData("Host=h;Database=d")]
    public void What_the_dsn_leaves_open_comes_from_the_environment(string dsn)
    {
        var b = Dsn.Resolve(dsn, new Dictionary<string, string>
        {
            ["PGHOST"] = "elsewhere", ["PGHOSTADDR"] = "10.9.9.9", ["PGUSER"] = "u", ["PGPASSWORD"] = "pw", ["PGSSLMODE"] = "require",
            ["PGAPPNAME"] = "cron", ["PGOPTIONS"] = "-c a=b", ["PGCONNECT_TIMEOUT"] = "3", ["PGTARGETSESSIONATTRS"] = "read-write",
            ["PGSSLROOTCERT"] = "/ca.pem", ["PGSSLCERT"] = "/c.pem", ["PGSSLKEY"] = "/k.pem",
        });
        Assert.Equal("u@h:5432/d", DsnDisplay.Show(b));
        Assert.Equal(("pw", SslMode.Require, "cron", "-c a=b", 3), (b.Password, b.SslMode, b.ApplicationName, b.Options, b.Timeout));
        Assert.Equal(("/ca.pem", "/c.pem", "/k.pem"), (b.RootCertificate, b.SslCertificate, b.SslKey));
    }

    [Theory]
    [InlineData("postgresql://h1,h2/d", "read-write")]
    [InlineData("postgresql://h/d", null)]
    [InlineData("Host=h;Database=d;Target Session Attributes=primary", null)]
    public void How_to_choose_among_hosts_is_taken_where_there_are_several(string dsn, string? taken) =>
        Assert.Equal(taken, Dsn.Resolve(dsn, new Dictionary<string, string> { ["PGTARGETSESSIONATTRS"] = "read-write" }).TargetSessionAttributes);

    [Fact]
    public void A_bad_variable_is_named() =>
        Assert.Contains("PGPORT", Assert.Throws<PlanException>(() => Dsn.Resolve(null, new Dictionary<string, string> { ["PGPORT"] = "x" })).Message);

    [Fact]
    public void The_system_roots_mean_full_verification() =>
        Assert.Equal(SslMode.VerifyFull, Dsn.Resolve("postgresql://h/d?sslrootcert=system&sslmode=require", Empty).SslMode);
}
