using System.Runtime.InteropServices;

namespace Ingest.Parquet.Codecs;

/// <summary>A <c>ZSTD_DCtx</c>; freed by the finalizer when its thread is gone.</summary>
internal sealed class ZstdContext : SafeHandle
{
    public ZstdContext()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public static ZstdContext Create()
    {
        var context = new ZstdContext();
        context.SetHandle(LibZstd.CreateDCtx());
        if (context.IsInvalid) throw new InsufficientMemoryException("libzstd could not create a decompression context");
        return context;
    }

    protected override bool ReleaseHandle()
    {
        _ = LibZstd.FreeDCtx(handle);
        return true;
    }
}
