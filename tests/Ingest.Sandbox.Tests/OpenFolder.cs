namespace Ingest.Sandbox.Tests;

/// <summary>A temporary folder that the server's user may enter too; deleted with what is in it.</summary>
internal sealed class OpenFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ingest-tests-");

    internal OpenFolder()
    {
        if (OperatingSystem.IsWindows()) return;
        File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    internal string Path => _folder.FullName;

    public void Dispose() => _folder.Delete(recursive: true);
}
