using System.Reflection;
using System.Runtime.InteropServices;

namespace Ingest.Parquet.Codecs;

/// <summary>The functions of libzstd (zstd.h) that reading pages and files needs; all are stable since 1.4.</summary>
internal static unsafe partial class LibZstd
{
    public const string Library = "libzstd";

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

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_setParameter")]
    public static partial nuint SetParameter(ZstdContext context, int parameter, int value);

    /// <summary>The error in a result (zstd_errors.h), or 0.</summary>
    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorCode")]
    public static partial int GetErrorCode(nuint result);

    /// <summary>The library's text for an error.</summary>
    public static string ErrorName(nuint result) => Marshal.PtrToStringUTF8(GetErrorName(result)) ?? "unknown error";

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial nint GetErrorName(nuint result);

    /// <summary>
    /// Loads the library anew for each that asks: native code whose threads ask at once frees the handles of all but one,
    /// and one handle for all would be unmapped under the winner.
    /// </summary>
    internal static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
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
