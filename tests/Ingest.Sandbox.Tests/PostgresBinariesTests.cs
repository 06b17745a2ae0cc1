namespace Ingest.Sandbox.Tests;

public sealed class PostgresBinariesTests
{
    [Fact]
    public void A_folder_without_the_server_is_an_error_that_names_it()
    {
        using var folder = new OpenFolder();

        var missing = Assert.Throws<SandboxException>(() => PostgresBinaries.FindServer(folder.Path));

        Assert.Equal("no_postgres", missing.Code);
        Assert.Contains(folder.Path, missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_for_a_machine_without_postgres_says_what_to_install_and_what_to_set()
    {
        var message = Internals.SandboxErrors.NoPostgres().Message;

        Assert.Contains("install", message, StringComparison.Ordinal);
        Assert.Contains(SandboxOptions.BinVariable, message, StringComparison.Ordinal);
        Assert.Contains(SandboxOptions.DsnVariable, message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_major_version_comes_first()
    {
        using var parent = new OpenFolder();
        foreach (var version in (string[])["9.6", "10", "17", "15"]) Directory.CreateDirectory(Path.Combine(parent.Path, version));

        var folders = PostgresBinaries.Versions(parent.Path, "*").Where(f => f.EndsWith("bin", StringComparison.Ordinal));

        Assert.Equal(["17", "15", "10", "9.6"], folders.Select(f => Path.GetFileName(Path.GetDirectoryName(f))));
    }
}
