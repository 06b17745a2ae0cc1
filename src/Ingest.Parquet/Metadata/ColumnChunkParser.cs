using Ingest.Parquet.Schema;
using Ingest.Parquet.Thrift;

namespace Ingest.Parquet.Metadata;

/// <summary>Reads a <c>ColumnChunk</c> of parquet.thrift with its <c>ColumnMetaData</c>.</summary>
internal static class ColumnChunkParser
{
    public static ColumnChunkMetadata Read(ref CompactReader reader, LeafColumn column, byte[] footer, int rowGroup)
    {
        ColumnChunkMetadata? chunk = null;
        string? path = null;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: path = reader.ReadString(field); break;
                case 3:
                    CompactReader.ExpectStruct(field);
                    chunk = ReadMetadata(ref reader, column, footer);
                    break;
                case 8 or 9: throw ParquetErrors.Encrypted();
                default: reader.Skip(field); break;
            }
        }
        if (chunk is null) throw ParquetErrors.Corrupt($"row group {rowGroup} has no metadata for the column {column.Path}");
        return chunk with { FilePath = path };
    }

    private static ColumnChunkMetadata ReadMetadata(ref CompactReader reader, LeafColumn column, byte[] footer)
    {
        int codec = 0, type = -1, id = 0;
        long values = 0, uncompressed = 0, compressed = 0, dataOffset = 0;
        long? dictionaryOffset = null, bloom = null;
        ColumnStatistics? statistics = null;
        IReadOnlyList<PageEncoding> encodings = [];
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: type = reader.ReadI32(field); break;
                case 2: encodings = ReadEncodings(ref reader, field); break;
                case 4: codec = reader.ReadI32(field); break;
                case 5: values = reader.ReadI64(field); break;
                case 6: uncompressed = reader.ReadI64(field); break;
                case 7: compressed = reader.ReadI64(field); break;
                case 9: dataOffset = reader.ReadI64(field); break;
                case 11: dictionaryOffset = reader.ReadI64(field); break;
                case 12:
                    CompactReader.ExpectStruct(field);
                    statistics = ReadStatistics(ref reader, footer);
                    break;
                case 14: bloom = reader.ReadI64(field); break;
                default: reader.Skip(field); break;
            }
        }
        if (type != (int)column.PhysicalType)
            throw ParquetErrors.Corrupt($"the column {column.Path} has type {column.PhysicalType} in the schema and type {type} in a row group");
        if (values < 0 || compressed < 0 || uncompressed < 0 || dataOffset < 0)
            throw ParquetErrors.Corrupt($"the column {column.Path} declares a negative count or size");
        return new ColumnChunkMetadata
        {
            Column = column,
            Codec = (CompressionCodec)codec,
            Encodings = encodings,
            ValueCount = values,
            CompressedBytes = compressed,
            UncompressedBytes = uncompressed,
            DataPageOffset = dataOffset,
            DictionaryPageOffset = dictionaryOffset,
            Statistics = statistics,
            BloomFilterOffset = bloom,
        };
    }

    private static PageEncoding[] ReadEncodings(ref CompactReader reader, CompactType type)
    {
        var count = reader.ReadList(type, out var element);
        var encodings = new PageEncoding[count];
        for (var i = 0; i < count; i++) encodings[i] = (PageEncoding)reader.ReadI32(element);
        return encodings;
    }

    private static ColumnStatistics ReadStatistics(ref CompactReader reader, byte[] footer)
    {
        ReadOnlyMemory<byte>? oldMin = null, oldMax = null, min = null, max = null;
        long? nulls = null, distinct = null;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: oldMax = Slice(ref reader, field, footer); break;
                case 2: oldMin = Slice(ref reader, field, footer); break;
                case 3: nulls = reader.ReadI64(field); break;
                case 4: distinct = reader.ReadI64(field); break;
                case 5: max = Slice(ref reader, field, footer); break;
                case 6: min = Slice(ref reader, field, footer); break;
                default: reader.Skip(field); break;
            }
        }
        return new ColumnStatistics
        {
            NullCount = nulls,
            DistinctCount = distinct,
            Min = min ?? oldMin,
            Max = max ?? oldMax,
            IsDeprecatedOrder = min is null && max is null && (oldMin ?? oldMax) is not null,
        };
    }

    // The bytes stay in the footer: a writer may give long bounds for every chunk.
    private static ReadOnlyMemory<byte> Slice(ref CompactReader reader, CompactType type, byte[] footer)
    {
        var length = reader.ReadBinary(type).Length;
        return footer.AsMemory(reader.Position - length, length);
    }
}
