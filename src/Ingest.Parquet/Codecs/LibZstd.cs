using System.Reflection;
using System.Runtime.InteropServices;

namespace Ingest.Parquet.Codecs;

/// <summary>The functions of libzstd (zstd.h) that reading needs; all are stable since 1.0.</summary>
internal static unsafe partial class LibZstd
{
    private const string Library = "libzstd";

    // The name without a version belongs to development packages; users have the versioned one.
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["libzstd", "zstd"]
        : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]
        : ["libzstd.so.1", "libzstd"];

    static LibZstd() => NativeLibrary.SetDllImportResolver(typeof(LibZstd).Assembly, Resolve);

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    public static partial nint CreateDCtx();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeDCtx")]
    public static partial nuint FreeDCtx(nint context);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    public static partial nuint DecompressDCtx(ZstdContext context, byte* destination, nuint capacity, byte* source, nuint size);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressStream")]
    public static partial nuint DecompressStream(ZstdContext context, Buffer* output, Buffer* input);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    public static partial uint IsError(nuint code);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    public static partial nint GetErrorName(nuint code);

    // Each call loads anew: the runtime frees the handles of threads that came second.
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name != Library) return 0;
        foreach (var candidate in Names)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, path, out var handle)) return handle;
        }
        return 0;
    }

    /// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c>.</summary>
    public struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
