using Ingest.Sandbox.Host;

namespace Ingest.Sandbox.Tests;

public sealed class HostArgumentsTests
{
    [Fact]
    public void Every_option_arrives()
    {
        var hold = Assert.IsType<HoldArguments>(HostArguments.Parse(
            ["--preset", "server", "--database", "a", "--database", "b", "--port", "5999", "-c", "app.note=x=y"]));

        Assert.Equal(SandboxPreset.Server, hold.Options.Preset);
        Assert.Equal(["a", "b"], hold.Options.Databases);
        Assert.Equal(5999, hold.Options.Port);
        Assert.Equal("x=y", hold.Options.Settings["app.note"]);
    }

    [Theory]
    [InlineData("--preset")]
    [InlineData("--preset", "7")]
    [InlineData("--port", "0")]
    [InlineData("--port", "65536")]
    [InlineData("-c", "fsync")]
    [InlineData("--nonsense", "1")]
    [InlineData("sql", "postgresql://h")]
    public void A_bad_command_line_is_refused(params string[] args)
    {
        Assert.Throws<FormatException>(() => HostArguments.Parse(args));
    }

    [Fact]
    public void A_result_is_printed_in_columns_as_wide_as_their_widest_value()
    {
        var output = new StringWriter { NewLine = "\n" };

        SqlScript.Print([["id", "name"], ["1", "Ö"], ["100", "∅"]], output);

        Assert.Equal("id  | name\n----+-----\n1   | Ö\n100 | ∅\n(2 rows)\n", output.ToString());
    }
}
