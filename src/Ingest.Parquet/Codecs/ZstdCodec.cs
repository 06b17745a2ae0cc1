using System.Runtime.InteropServices;

namespace Ingest.Parquet.Codecs;

/// <summary>
/// Zstandard (RFC 8878) through the system's libzstd: no managed decoder can be had, and the library is on every
/// system that has PostgreSQL.
/// </summary>
internal sealed class ZstdCodec : PageCodec
{
    // A context has large tables; one per thread serves every column that the thread decodes.
    [ThreadStatic]
    private static ZstdContext? context;

    public static ZstdCodec Instance { get; } = new();

    public override string Name => "Zstandard";

    public override int MaxRatio => int.MaxValue;

    public override unsafe void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        nuint written;
        try
        {
            context ??= ZstdContext.Create();
            fixed (byte* from = source)
            fixed (byte* to = destination)
            {
                // The output is bounded by the destination, whatever the frame declares.
                written = LibZstd.DecompressDCtx(context, to, (nuint)destination.Length, from, (nuint)source.Length);
            }
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw ParquetErrors.ZstdMissing(e);
        }
        if (LibZstd.IsError(written) != 0)
            throw ParquetErrors.Codec(Name, Marshal.PtrToStringUTF8(LibZstd.GetErrorName(written)) ?? "unknown error");
        if (written != (nuint)destination.Length) throw ParquetErrors.Size(Name, destination.Length, (long)written);
    }
}
