using System.Reflection;
using System.Runtime.InteropServices;

namespace Ingest.Sources;

/// <summary>A decompression stream of libzstd (zstd.h, ZSTD_DStream).</summary>
internal sealed unsafe partial class ZstandardHandle : SafeHandle
{
    private const string Library = "zstd";

    // ZSTD_d_windowLogMax of ZSTD_dParameter, and the least that it takes (ZSTD_WINDOWLOG_ABSOLUTEMIN).
    private const int WindowLogMax = 100, LeastWindowLog = 10;

    private static readonly string[] FileNames = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"]
        : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
        : ["libzstd.so.1"];

    static ZstandardHandle() => NativeLibrary.SetDllImportResolver(typeof(ZstandardHandle).Assembly, Resolve);

    private ZstandardHandle(nint stream) : base(0, ownsHandle: true) => SetHandle(stream);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Makes a stream.</summary>
    /// <param name="windowLog">The binary logarithm of the largest window of a frame, in bytes.</param>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public static ZstandardHandle Create(int windowLog)
    {
        var stream = CreateStream();
        if (stream == 0) throw new InsufficientMemoryException("libzstd could not allocate a stream");
        var handle = new ZstandardHandle(stream);
        var result = SetParameter(handle, WindowLogMax, Math.Max(windowLog, LeastWindowLog));
        if (ErrorCode(result) == 0) return handle;
        handle.Dispose();
        throw new InvalidOperationException("libzstd refuses the limit of the window: " + ErrorName(result));
    }

    /// <summary>Decompresses as much as fits; returns 0 at the end of a frame, a hint, or an error.</summary>
    public nuint Decompress(ref Buffer target, ref Buffer source) => DecompressStream(handle, ref target, ref source);

    /// <summary>The error in a result (zstd_errors.h), or 0.</summary>
    public static int ErrorCode(nuint result) => GetErrorCode(result);

    /// <summary>The library's text for an error.</summary>
    public static string ErrorName(nuint result) => Marshal.PtrToStringUTF8(GetErrorName(result)) ?? "unknown error";

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => FreeStream(handle) == 0;

    /// <summary>
    /// Loads the library anew for each that asks: native code whose threads ask at once frees the handles of all but one,
    /// and one handle for all would be unmapped under the winner.
    /// </summary>
    internal static nint Resolve(string library, Assembly assembly, DllImportSearchPath? path)
    {
        if (library != Library) return 0;
        foreach (var file in FileNames)
        {
            if (NativeLibrary.TryLoad(file, out var loaded)) return loaded;
        }
        return 0;
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createDStream")]
    private static partial nint CreateStream();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDStream")]
    private static partial nuint FreeStream(nint stream);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    private static partial nuint DecompressStream(nint stream, ref Buffer target, ref Buffer source);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    private static partial nuint SetParameter(ZstandardHandle stream, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorCode")]
    private static partial int GetErrorCode(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint result);

    /// <summary>ZSTD_inBuffer and ZSTD_outBuffer, which have the same layout.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Buffer
    {
        /// <summary>The first byte.</summary>
        public byte* Pointer;

        /// <summary>The number of bytes.</summary>
        public nuint Size;

        /// <summary>How many of them were read or written.</summary>
        public nuint Position;
    }
}
