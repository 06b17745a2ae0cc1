using System.Runtime.InteropServices;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>DELTA_BINARY_PACKED columns of INT32 and INT64.</summary>
internal sealed class DeltaIntegerDecoder<T>(ByteCursor data) : ValueDecoder<T>
    where T : unmanaged
{
    private DeltaBinaryDecoder? decoder;

    public override void Read(Span<T> destination, BufferList buffers)
    {
        if (destination.Length == 0) return;
        decoder ??= new DeltaBinaryDecoder(data);
        if (typeof(T) == typeof(int)) decoder.Read(MemoryMarshal.Cast<T, int>(destination));
        else decoder.Read(MemoryMarshal.Cast<T, long>(destination));
    }
}
