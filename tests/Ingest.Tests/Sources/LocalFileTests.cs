using System.Diagnostics;
using System.Security.Cryptography;
using Ingest.Sources;

namespace Ingest.Tests.Sources;

public sealed class LocalFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingest-files-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [SkippableTheory]
    [InlineData("@300000000000")]
    [InlineData("@-300000000000")]
    public void A_file_from_beyond_the_years_of_a_DateTime_is_read(string time)
    {
        Skip.IfNot(Directory.Exists("/dev/shm"), "most file systems on disks keep no such times; Linux' in memory does");
        var path = Path.Combine("/dev/shm", Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, "id\n1\n");
            using (var touch = Process.Start("touch", ["-d", time, path])) touch.WaitForExit();

            Assert.Equal((FileNodeKind.Regular, 5L), (FileNode.Of(path).Kind, FileNode.Of(path).Size));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_is_read_hashed_and_counted_in_buffers_of_any_size()
    {
        var content = StoredBytes.Csv(100_000);
        var path = Write("data.csv", content);
        foreach (var size in (int[])[1000, 1 << 20, 8 << 20])
        {
            using var source = SourceStream.Open(SourceFile.Local(path));
            Assert.Equal(content.Length, source.RawLength);
            var buffer = new byte[size];
            using var read = new MemoryStream();
            while (source.Read(buffer) is var count and > 0)
            {
                Assert.True(count == size || read.Length + count == content.Length, "a read before the end fills the buffer");
                read.Write(buffer, 0, count);
            }
            Assert.Equal(content, read.ToArray());
            Assert.Equal(SHA256.HashData(content), source.RawSha256);
            Assert.Equal(content.Length, source.RawBytesRead);
        }
    }

    [Fact]
    public void What_cannot_be_read_says_what_it_is()
    {
        Assert.Equal("file_not_found", Fails(Path.Combine(folder, "absent.csv")).Code);
        Assert.Equal("is_directory", Fails(folder).Code);
        Assert.Contains("*.csv", Fails(folder).Message, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        Assert.Contains("symbolic link", Fails(Link("dangling.csv", "absent.csv")).Message, StringComparison.Ordinal);
        Link("a.csv", "b.csv");
        Assert.Contains("symbolic link", Fails(Link("b.csv", "a.csv")).Message, StringComparison.Ordinal);
        Assert.Equal("file_not_found", Fails(Path.Combine(Write("file.csv", [1]), "below")).Code);
    }

    [SkippableFact]
    public void A_file_that_may_not_be_read_says_so()
    {
        Skip.If(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "permissions do not bind this user");
        var path = Write("secret.csv", [1]);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.None);
        Assert.Equal("file_denied", Fails(path).Code);
    }

    [SkippableFact]
    public void Devices_are_refused()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "device files by these names are Linux's");
        Assert.Equal("is_device", Fails("/dev/zero").Code);
        Assert.Equal("is_device", Fails("/dev/null").Code);
    }

    [SkippableFact]
    public void A_disk_error_names_the_file_and_the_offset()
    {
        Skip.IfNot(File.Exists("/proc/self/mem"), "no file here whose reads fail");
        var error = Fails("/proc/self/mem"); // Its first page is not mapped: EIO.
        Assert.Equal("read_failed", error.Code);
        Assert.Contains("at byte 0", error.Message, StringComparison.Ordinal);
    }

    [SkippableFact]
    public void A_FIFO_is_read_as_a_pipe_of_unknown_length()
    {
        Skip.IfNot(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "FIFOs are Unix's");
        var path = Path.Combine(folder, "pipe");
        Process.Start("mkfifo", [path])!.WaitForExit();
        var content = StoredBytes.Gzip(StoredBytes.Csv(50_000));
        var writer = Task.Run(() => File.WriteAllBytes(path, content));
        using var source = SourceStream.Open(SourceFile.Local(path));
        Assert.Null(source.RawLength);
        Assert.Null(source.Identity);
        Assert.Equal(StoredBytes.Csv(50_000), StoredBytes.ReadAll(source));
        Assert.Equal(SHA256.HashData(content), source.RawSha256);
        writer.Wait();
    }

    [Theory]
    [InlineData("-rf.csv")]
    [InlineData("with space.csv")]
    [InlineData("line\nbreak.csv")]
    [InlineData("quote\"'.csv")]
    [InlineData("[x]*?.csv")]
    [InlineData("Größe.csv")]
    public void Any_name_opens(string name)
    {
        if (OperatingSystem.IsWindows() && name.AsSpan().ContainsAny("\n\"*?")) return;
        var path = Write(name, "a\n"u8.ToArray());
        using var source = SourceStream.Open(SourceFile.Local(path));
        Assert.Equal("a\n"u8.ToArray(), StoredBytes.ReadAll(source));
        Assert.DoesNotContain('\n', Fails(path + "\n").Message);
    }

    [SkippableFact]
    public void One_file_by_two_names_has_one_identity()
    {
        Skip.If(OperatingSystem.IsWindows(), "links need a privilege on Windows");
        var path = Write("data.csv", "a\n"u8.ToArray());
        Directory.CreateDirectory(Path.Combine(folder, "deep", "er"));
        Directory.CreateSymbolicLink(Path.Combine(folder, "deep", "up"), "er/../..");
        Link("one.csv", "deep/up/data.csv");
        Link("two.csv", Path.Combine(folder, "one.csv"));
        var identity = Identity(path);
        foreach (var name in (string[])["one.csv", "two.csv", "deep/up/two.csv", "./deep/../one.csv", "deep/up/../" + Path.GetFileName(folder) + "/data.csv"])
            Assert.Equal(identity, Identity(Path.Combine(folder, name)));
        Assert.EndsWith("data.csv", identity.CanonicalPath, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_path_and_its_absolute_one_are_the_same_file() =>
        Assert.Equal(CanonicalPath.Of("."), CanonicalPath.Of(Directory.GetCurrentDirectory()));

    [Fact]
    public void An_appended_truncated_rewritten_replaced_or_removed_file_has_changed()
    {
        var path = Write("data.csv", "a\nb\n"u8.ToArray());
        File.SetLastWriteTimeUtc(path, new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var before = Identity(path);
        Assert.False(before.HasChanged(out _));
        before.ThrowIfChanged(path);

        File.AppendAllText(path, "c\n");
        AssertChanged("grew from 4 to 6 bytes");
        File.WriteAllText(path, "a\n");
        AssertChanged("shrank from 4 to 2 bytes");
        File.WriteAllText(path, "x\ny\n");
        AssertChanged("was written to");
        File.Delete(path);
        AssertChanged("is gone");
        var other = Write("other.csv", "a\nb\n"u8.ToArray());
        File.SetLastWriteTimeUtc(other, before.ModifiedUtc);
        if (before.Inode is null) return;
        var taken = Write("data.csv", "a\nb\n"u8.ToArray()); // so that the new file has another number than the deleted one
        File.SetLastWriteTimeUtc(taken, before.ModifiedUtc);
        before = Identity(path);
        File.Move(other, path, overwrite: true);
        AssertChanged("was replaced by another file");

        void AssertChanged(string how)
        {
            var error = Assert.Throws<SourceException>(() => before.ThrowIfChanged(path));
            Assert.Equal("source_changed", error.Code);
            Assert.Contains(how, error.Message, StringComparison.Ordinal);
        }
    }

    private static SourceIdentity Identity(string path) => SourceIdentity.Of(path, FileNode.Of(path));

    private static SourceException Fails(string path) => Assert.Throws<SourceException>(() =>
    {
        using var source = SourceStream.Open(SourceFile.Local(path));
    });

    private string Write(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Link(string name, string target)
    {
        var path = Path.Combine(folder, name);
        File.CreateSymbolicLink(path, target);
        return path;
    }
}
