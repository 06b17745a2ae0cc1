using System.Runtime.CompilerServices;
using Ingest.Parquet.Codecs;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Encodings;

/// <summary>Which decoder reads which encoding of which physical type (Encodings.md, "Supported encodings").</summary>
internal static class ValueDecoders
{
    /// <summary>The decoder of a data page's values.</summary>
    public static ValueDecoder<T> Create<T>(
        LeafColumn column, int encoding, PageBuffer page, ByteCursor data, DictionaryPage<T>? dictionary, PageMemory memory, ParquetLimits limits)
        where T : unmanaged
    {
        if ((PageEncoding)encoding is PageEncoding.PlainDictionary or PageEncoding.RleDictionary)
        {
            return new DictionaryDecoder<T, IndexRuns>(dictionary ?? throw NoDictionary(), new IndexRuns(data));
        }
        var length = column.TypeLength;
        object? decoder = (column.PhysicalType, (PageEncoding)encoding) switch
        {
            (PhysicalType.Boolean, PageEncoding.Plain) => new PlainBooleanDecoder(data),
            (PhysicalType.Boolean, PageEncoding.Rle) => new RleBooleanDecoder(data),
            (PhysicalType.ByteArray, PageEncoding.Plain) => new PlainBytesDecoder(page, data),
            (PhysicalType.ByteArray, PageEncoding.DeltaLengthByteArray) => new DeltaLengthDecoder(page, data),
            (PhysicalType.ByteArray or PhysicalType.FixedLenByteArray, PageEncoding.DeltaByteArray) =>
                new DeltaBytesDecoder(data, length, limits.MaxPageBytes, memory),
            (PhysicalType.FixedLenByteArray or PhysicalType.Int96, PageEncoding.Plain) => new PlainFixedDecoder(page, data, length),
            (PhysicalType.FixedLenByteArray, PageEncoding.ByteStreamSplit) => new StreamSplitFixedDecoder(data, length),
            (PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double, PageEncoding.Plain) =>
                new PlainDecoder<T>(data),
            (PhysicalType.Int32 or PhysicalType.Int64 or PhysicalType.Float or PhysicalType.Double, PageEncoding.ByteStreamSplit) =>
                new StreamSplitDecoder<T>(data),
            (PhysicalType.Int32 or PhysicalType.Int64, PageEncoding.DeltaBinaryPacked) => new DeltaIntegerDecoder<T>(data),
            _ => null,
        };
        return decoder as ValueDecoder<T> ?? throw ParquetErrors.UnknownEncoding(encoding, column.PhysicalType.ToString());
    }

    /// <summary>
    /// Whether the values of a data page can be decoded as its bytes come. The other encodings have several streams in
    /// a page, or are so dense that pages stay small.
    /// </summary>
    public static bool CanReadInPieces(PhysicalType type, in PageHeader header) =>
        header.Type != (int)PageType.Dictionary && (PageEncoding)header.Encoding switch
        {
            PageEncoding.Plain => type != PhysicalType.Boolean,
            PageEncoding.PlainDictionary or PageEncoding.RleDictionary => true,
            _ => false,
        };

    /// <summary>The decoder of a data page's values that are decompressed in pieces.</summary>
    public static ValueDecoder<T> CreateInPieces<T>(
        LeafColumn column, int encoding, PageStream values, DictionaryPage<T>? dictionary, PageMemory memory)
        where T : unmanaged
    {
        if ((PageEncoding)encoding != PageEncoding.Plain)
            return new DictionaryDecoder<T, IndexPieces>(dictionary ?? throw NoDictionary(), new IndexPieces(values));
        object decoder = typeof(T) == typeof(ByteRange)
            ? new BytesPiecesDecoder(values, column.TypeLength, memory)
            : new PlainPiecesDecoder<T>(values);
        return (ValueDecoder<T>)decoder;
    }

    /// <summary>Decodes a dictionary page; its values are PLAIN under either of two names.</summary>
    public static DictionaryPage<T> ReadDictionary<T>(
        LeafColumn column, int encoding, int count, PageBuffer page, PageMemory memory, ParquetLimits limits)
        where T : unmanaged
    {
        if ((PageEncoding)encoding is not (PageEncoding.Plain or PageEncoding.PlainDictionary))
            throw ParquetErrors.UnknownEncoding(encoding, "dictionary");
        if (column.PhysicalType == PhysicalType.Boolean)
            throw ParquetErrors.Corrupt("a column of booleans has a dictionary");
        var smallest = column.PhysicalType switch
        {
            PhysicalType.Int32 or PhysicalType.Float or PhysicalType.ByteArray => 4,
            PhysicalType.Int64 or PhysicalType.Double => 8,
            _ => column.TypeLength,
        };
        if ((long)count * smallest > page.Length)
            throw ParquetErrors.Corrupt($"a dictionary page declares {count} values in {page.Length} bytes");
        memory.Take((long)count * Unsafe.SizeOf<T>());
        var values = BufferPool<T>.Shared.Rent(count);
        var buffers = new BufferList();
        try
        {
            Create<T>(column, (int)PageEncoding.Plain, page, new ByteCursor(page.Array, 0, page.Length), null, memory, limits)
                .Read(values.AsSpan(0, count), buffers);
        }
        catch
        {
            BufferPool<T>.Shared.Return(values);
            throw;
        }
        finally
        {
            buffers.Release();
        }
        return new DictionaryPage<T>(values, count, typeof(T) == typeof(ByteRange) ? page.AddReference() : null);
    }

    private static ParquetException NoDictionary() => ParquetErrors.Corrupt("a page has dictionary indices and its column chunk has no dictionary");
}
