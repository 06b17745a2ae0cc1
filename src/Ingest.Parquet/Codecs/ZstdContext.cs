using System.Runtime.InteropServices;

namespace Ingest.Parquet.Codecs;

/// <summary>A <c>ZSTD_DCtx</c>; freed by the finalizer when its thread is gone.</summary>
internal sealed class ZstdContext : SafeHandle
{
    // ZSTD_d_windowLogMax of ZSTD_dParameter, and the least that it takes (ZSTD_WINDOWLOG_ABSOLUTEMIN).
    private const int WindowLogMax = 100;
    private const int LeastWindowLog = 10;

    public ZstdContext()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>Makes a context.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public static ZstdContext Create()
    {
        var context = new ZstdContext();
        context.SetHandle(LibZstd.CreateDCtx());
        if (context.IsInvalid) throw new InsufficientMemoryException("libzstd could not create a decompression context");
        return context;
    }

    /// <summary>Makes a context for frames whose windows have at most so many bytes, as a binary logarithm.</summary>
    /// <exception cref="DllNotFoundException">The library is not installed.</exception>
    public static ZstdContext Create(int windowLog)
    {
        var context = Create();
        var result = LibZstd.SetParameter(context, WindowLogMax, Math.Max(windowLog, LeastWindowLog));
        if (LibZstd.GetErrorCode(result) == 0) return context;
        context.Dispose();
        throw new InvalidOperationException("libzstd refuses the limit of the window: " + LibZstd.ErrorName(result));
    }

    protected override bool ReleaseHandle()
    {
        _ = LibZstd.FreeDCtx(handle);
        return true;
    }
}
