namespace Ingest.Tests;

/// <summary>Why a file cannot be read or written, as the system tells it, in words.</summary>
public sealed class FileFailureTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ingest-files-");

    public void Dispose() => folder.Delete(recursive: true);

    [Theory]
    [InlineData("none.csv", "it does not exist")]
    [InlineData("none/none.csv", "its folder does not exist")]
    [InlineData("", "it is a directory")]
    public void What_cannot_be_read_is_told(string name, string expected)
    {
        var path = Path.Combine(folder.FullName, name);
        Assert.Equal(expected, FileFailure.Reason(path, Assert.ThrowsAny<Exception>(() => File.ReadAllText(path))));
    }

    [Fact]
    public void An_access_that_is_denied_is_told_of_the_user() =>
        Assert.Equal("this user may not", FileFailure.Reason("a.csv", new UnauthorizedAccessException("Access to the path 'a.csv' is denied.")));

    [SkippableFact]
    public void A_disk_that_is_full_is_told_in_the_words_of_the_system()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "/dev/full is Linux's");
        var error = Assert.ThrowsAny<IOException>(() => File.WriteAllText("/dev/full", "x"));
        Assert.Equal("No space left on device", FileFailure.Reason("/dev/full", error));
    }
}
