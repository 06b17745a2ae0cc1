using Ingest.Sandbox.Internals;

namespace Ingest.Sandbox.Tests;

public sealed class ConfigurationTests
{
    [Theory]
    [InlineData("fsync = off\nx")]
    [InlineData("")]
    [InlineData("a.b.c")]
    [InlineData("1st")]
    public void A_name_that_is_none_is_refused(string name)
    {
        var refused = Assert.Throws<SandboxException>(() => Build(name, "1"));

        Assert.Equal("bad_setting", refused.Code);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_value_with_a_line_break_is_refused()
    {
        Assert.Equal("bad_setting", Assert.Throws<SandboxException>(() => Build("app.note", "a\nfsync = off")).Code);
    }

    [Fact]
    public void No_preset_gives_up_acknowledged_commits_when_the_server_is_killed()
    {
        foreach (var preset in Enum.GetValues<SandboxPreset>())
        {
            var settings = Configuration.Build(preset, new Dictionary<string, string>(), "/s");
            Assert.DoesNotContain("synchronous_commit", settings.Keys);
        }
    }

    [Fact]
    public void Options_in_a_log_show_no_secret()
    {
        var options = new SandboxOptions { Password = "canary", Dsn = "postgresql://u:canary@h/d" };

        Assert.DoesNotContain("canary", options.ToString(), StringComparison.Ordinal);
    }

    private static IReadOnlyDictionary<string, string> Build(string name, string value) =>
        Configuration.Build(SandboxPreset.Test, new Dictionary<string, string> { [name] = value }, "/s");
}
