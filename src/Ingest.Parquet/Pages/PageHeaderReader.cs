using Ingest.Parquet.Thrift;

namespace Ingest.Parquet.Pages;

/// <summary>Reads a <c>PageHeader</c> of parquet.thrift.</summary>
internal static class PageHeaderReader
{
    public static PageHeader Read(ref CompactReader reader)
    {
        int type = -1, uncompressed = -1, compressed = -1, id = 0;
        uint? crc = null;
        var details = default(Details);
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: type = reader.ReadI32(field); break;
                case 2: uncompressed = reader.ReadI32(field); break;
                case 3: compressed = reader.ReadI32(field); break;
                case 4: crc = (uint)reader.ReadI32(field); break;
                case 5 when type == (int)PageType.Data: details = DataPage(ref reader, field); break;
                case 7 when type == (int)PageType.Dictionary: details = DictionaryPage(ref reader, field); break;
                case 8 when type == (int)PageType.DataV2: details = DataPageV2(ref reader, field); break;
                default: reader.Skip(field); break;
            }
        }
        return new PageHeader
        {
            Type = type,
            UncompressedBytes = uncompressed,
            CompressedBytes = compressed,
            Crc = crc,
            ValueCount = details.ValueCount,
            Encoding = details.Encoding,
            DefinitionEncoding = details.DefinitionEncoding,
            RepetitionEncoding = details.RepetitionEncoding,
            DefinitionBytes = details.DefinitionBytes,
            RepetitionBytes = details.RepetitionBytes,
            IsCompressed = !details.IsStored,
            HasDetails = details.IsThere,
        };
    }

    private static Details DataPage(ref CompactReader reader, CompactType type)
    {
        CompactReader.ExpectStruct(type);
        var details = new Details { IsThere = true };
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: details.ValueCount = reader.ReadI32(field); break;
                case 2: details.Encoding = reader.ReadI32(field); break;
                case 3: details.DefinitionEncoding = reader.ReadI32(field); break;
                case 4: details.RepetitionEncoding = reader.ReadI32(field); break;
                default: reader.Skip(field); break;
            }
        }
        return details;
    }

    private static Details DictionaryPage(ref CompactReader reader, CompactType type)
    {
        CompactReader.ExpectStruct(type);
        var details = new Details { IsThere = true };
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: details.ValueCount = reader.ReadI32(field); break;
                case 2: details.Encoding = reader.ReadI32(field); break;
                default: reader.Skip(field); break;
            }
        }
        return details;
    }

    private static Details DataPageV2(ref CompactReader reader, CompactType type)
    {
        CompactReader.ExpectStruct(type);
        var details = new Details { IsThere = true };
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: details.ValueCount = reader.ReadI32(field); break;
                case 4: details.Encoding = reader.ReadI32(field); break;
                case 5: details.DefinitionBytes = reader.ReadI32(field); break;
                case 6: details.RepetitionBytes = reader.ReadI32(field); break;
                case 7: details.IsStored = !CompactReader.ReadBool(field); break;
                default: reader.Skip(field); break;
            }
        }
        return details;
    }

    private struct Details
    {
        public bool IsThere;
        public int ValueCount;
        public int Encoding;
        public int DefinitionEncoding;
        public int RepetitionEncoding;
        public int DefinitionBytes;
        public int RepetitionBytes;
        public bool IsStored;
    }
}
