using Ingest.Parquet.Pages;

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

    public override int WholeShares => 4;

    public override unsafe void Decompress(ReadOnlySpan<byte> source, Span<byte> destination)
    {
        context ??= CreateContext();
        nuint written;
        fixed (byte* from = source)
        fixed (byte* to = destination)
        {
            // The output is bounded by the destination, whatever the frame declares.
            written = LibZstd.DecompressDCtx(context, to, (nuint)destination.Length, from, (nuint)source.Length);
        }
        Check(written);
        if (written != (nuint)destination.Length) throw ParquetErrors.Size(Name, destination.Length, (long)written);
    }

    public override PageStream OpenStream(ChunkWindow input, int length) => new ZstdStream(this, input, length);

    /// <summary>A context of the library.</summary>
    /// <exception cref="ParquetException">The library is missing.</exception>
    public static ZstdContext CreateContext()
    {
        try
        {
            return ZstdContext.Create();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            throw ParquetErrors.ZstdMissing(e);
        }
    }

    /// <summary>Throws where a function of the library returned an error.</summary>
    public void Check(nuint code)
    {
        if (LibZstd.GetErrorCode(code) != 0) throw ParquetErrors.Codec(Name, LibZstd.ErrorName(code));
    }
}
