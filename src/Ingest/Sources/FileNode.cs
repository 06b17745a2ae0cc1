using System.Runtime.InteropServices;

namespace Ingest.Sources;

/// <summary>What stands at a path.</summary>
internal enum FileNodeKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A regular file.</summary>
    Regular,

    /// <summary>A directory.</summary>
    Directory,

    /// <summary>A FIFO.</summary>
    Fifo,

    /// <summary>A character or block device, or a socket.</summary>
    Device,

    /// <summary>A symbolic link whose target does not exist, or that leads back to itself.</summary>
    Dangling,

    /// <summary>It cannot be told: a folder on the way may not be searched.</summary>
    Denied,
}

/// <summary>What the file system says of a path, symbolic links followed.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Size">The size in bytes of a regular file.</param>
/// <param name="ModifiedUtc">The time of the last change of the content.</param>
/// <param name="Device">The device that holds it, where the system tells.</param>
/// <param name="Inode">Its number on the device, where the system tells.</param>
internal readonly record struct FileNode(FileNodeKind Kind, long Size, DateTime ModifiedUtc, ulong? Device, ulong? Inode)
{
    // errno of Linux, the same on every architecture that .NET runs on.
    private const int ErrorNoEntry = 2, ErrorAccess = 13, ErrorNotDirectory = 20, ErrorNameTooLong = 36, ErrorLoop = 40;

    private static readonly long EarliestSecond = new DateTimeOffset(DateTime.MinValue, TimeSpan.Zero).ToUnixTimeSeconds();
    private static readonly long LatestSecond = new DateTimeOffset(DateTime.MaxValue, TimeSpan.Zero).ToUnixTimeSeconds();

    /// <summary>Looks at a path; never opens it, so that a FIFO cannot block.</summary>
    public static FileNode Of(string path)
    {
        if (OperatingSystem.IsLinux() && TryStatx(path) is { } node) return node;
        return Portable(path);
    }

    private static FileNode? TryStatx(string path)
    {
        try
        {
            if (Statx(AtFdCwd, path, 0, StatxBasicStats, out var s) != 0) return Failed(path, Marshal.GetLastPInvokeError());
            var kind = (s.Mode & 0xF000) switch
            {
                0x8000 => FileNodeKind.Regular,
                0x4000 => FileNodeKind.Directory,
                0x1000 => FileNodeKind.Fifo,
                _ => FileNodeKind.Device,
            };
            // It is only compared, and some file systems hold times that a DateTime cannot.
            var seconds = Math.Clamp(s.ModifiedSeconds, EarliestSecond, LatestSecond);
            var modified = DateTime.UnixEpoch.AddTicks((seconds * TimeSpan.TicksPerSecond) + (s.ModifiedNanoseconds / 100));
            return new(kind, (long)s.Size, modified, ((ulong)s.DeviceMajor << 32) | s.DeviceMinor, s.Inode);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            return null; // A C library from before statx (glibc 2.28).
        }
    }

    private static FileNode? Failed(string path, int error)
    {
        // ENOSYS or EPERM come from kernels and container sandboxes that do not have statx: ask in the portable way.
        if (error is not (ErrorNoEntry or ErrorAccess or ErrorNotDirectory or ErrorNameTooLong or ErrorLoop)) return null;
        var kind = error == ErrorAccess ? FileNodeKind.Denied : IsLink(path) ? FileNodeKind.Dangling : FileNodeKind.Missing;
        return new(kind, 0, default, null, null);
    }

    private static FileNode Portable(string path)
    {
        var info = new FileInfo(path);
        if (Directory.Exists(path)) return new(FileNodeKind.Directory, 0, info.LastWriteTimeUtc, null, null);
        if (File.Exists(path)) return new(FileNodeKind.Regular, info.Length, info.LastWriteTimeUtc, null, null);
        return new(IsLink(path) ? FileNodeKind.Dangling : FileNodeKind.Missing, 0, default, null, null);
    }

    private static bool IsLink(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private const int AtFdCwd = -100;
    private const uint StatxBasicStats = 0x7FF;

    // statx(2): its struct is the same on every architecture, unlike that of stat(2).
    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, out StatxResult result);

    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxResult
    {
        [FieldOffset(0x1C)] public ushort Mode;
        [FieldOffset(0x20)] public ulong Inode;
        [FieldOffset(0x28)] public ulong Size;
        [FieldOffset(0x70)] public long ModifiedSeconds;
        [FieldOffset(0x78)] public uint ModifiedNanoseconds;
        [FieldOffset(0x88)] public uint DeviceMajor;
        [FieldOffset(0x8C)] public uint DeviceMinor;
    }
}
