using Ingest.Sandbox.Internals;

namespace Ingest.Sandbox.Tests;

public sealed class ServerAddressTests
{
    [Fact]
    public void A_uri_says_host_port_user_password_and_database()
    {
        var server = ServerAddress.Parse("postgresql://a%40b:p%3Aw%2F@db.example:6543/my%20db?sslmode=require&connect_timeout=7");

        Assert.Equal(("db.example", 6543, "a@b", "p:w/", "my db", 7),
            (server.Host, server.Port, server.Username, server.Password, server.Database, server.Timeout));
        Assert.Equal(Npgsql.SslMode.Require, server.SslMode);
    }

    [Fact]
    public void A_uri_without_port_means_5432()
    {
        Assert.Equal(5432, ServerAddress.Parse("postgres://u@h/d").Port);
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("a b@c:d/e?f&g=h%i;j'k\"l")]
    [InlineData("zażółć 密码")]
    public void An_address_survives_the_way_through_a_uri(string awkward)
    {
        var server = ServerAddress.Parse("Host=127.0.0.1;Port=5999");
        (server.Username, server.Password, server.Database) = (awkward, awkward, awkward);

        var back = ServerAddress.Parse(ServerAddress.ToUri(server));

        Assert.Equal((awkward, awkward, awkward), (back.Username, back.Password, back.Database));
        Assert.Equal(("127.0.0.1", 5999), (back.Host, back.Port));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("require")]
    [InlineData("verify-ca")]
    [InlineData("verify-full")]
    public void The_ssl_mode_survives_the_way_through_a_uri(string mode)
    {
        var dsn = $"postgresql://u:p@h:5432/d?sslmode={mode}";

        Assert.Equal(dsn, ServerAddress.ToUri(ServerAddress.Parse(dsn)));
    }

    [Theory]
    [InlineData("postgresql://u:canary@h:port/d")]
    [InlineData("postgresql://u:canary@h/d?nonsense=1")]
    [InlineData("Password=canary;Nonsense=1")]
    public void A_bad_address_is_an_error_without_the_password(string dsn)
    {
        var bad = Assert.Throws<SandboxException>(() => ServerAddress.Parse(dsn));

        Assert.Equal("bad_dsn", bad.Code);
        Assert.DoesNotContain("canary", bad.ToString(), StringComparison.Ordinal);
    }
}
