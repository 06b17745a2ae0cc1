using Ingest.Parquet.Schema;
using Ingest.Parquet.Thrift;

namespace Ingest.Parquet.Metadata;

/// <summary>Reads <c>FileMetaData</c> of parquet.thrift.</summary>
internal sealed class FooterParser(byte[] footer, ParquetLimits limits)
{
    private ParquetSchema? schema;

    public FileMetadata Parse()
    {
        var reader = new CompactReader(footer);
        int version = 0, id = 0;
        long rowCount = 0;
        string? createdBy = null;
        var groups = new List<RowGroupMetadata>();
        var keyValues = new List<KeyValuePair<string, string?>>();
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: version = reader.ReadI32(field); break;
                case 2: schema = ReadSchema(ref reader, field); break;
                case 3: rowCount = reader.ReadI64(field); break;
                case 4: ReadRowGroups(ref reader, field, groups); break;
                case 5: ReadKeyValues(ref reader, field, keyValues); break;
                case 6: createdBy = reader.ReadString(field); break;
                // An encryption algorithm in a plain footer: some of the columns are encrypted.
                case 8: throw ParquetErrors.Encrypted();
                default: reader.Skip(field); break;
            }
        }
        return new FileMetadata
        {
            Version = version,
            Schema = schema ?? throw ParquetErrors.Corrupt("the footer has no schema"),
            RowCount = Total(rowCount, groups),
            RowGroups = groups,
            CreatedBy = createdBy,
            KeyValues = keyValues,
        };
    }

    private ParquetSchema ReadSchema(ref CompactReader reader, CompactType type)
    {
        var count = reader.ReadList(type, out var element);
        if (count > limits.MaxSchemaElements)
            throw ParquetErrors.Limit("the number of schema elements", count, limits.MaxSchemaElements, "fewer columns");
        CompactReader.ExpectStruct(element);
        var elements = new List<SchemaElement>(count);
        for (var i = 0; i < count; i++) elements.Add(SchemaElementReader.Read(ref reader));
        return SchemaTree.Build(elements, limits);
    }

    private void ReadRowGroups(ref CompactReader reader, CompactType type, List<RowGroupMetadata> groups)
    {
        if (schema is null) throw ParquetErrors.Corrupt("the footer has row groups before its schema");
        var count = reader.ReadList(type, out var element);
        if (count > 0) CompactReader.ExpectStruct(element);
        var firstRow = 0L;
        for (var i = 0; i < count; i++)
        {
            var group = ReadRowGroup(ref reader, i, firstRow);
            firstRow += group.RowCount;
            if (firstRow < 0) throw ParquetErrors.Corrupt("the row groups declare more rows than 63 bits can count");
            groups.Add(group);
        }
    }

    private RowGroupMetadata ReadRowGroup(ref CompactReader reader, int index, long firstRow)
    {
        ColumnChunkMetadata[] columns = [];
        long bytes = 0, rows = 0;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: columns = ReadChunks(ref reader, field, index); break;
                case 2: bytes = reader.ReadI64(field); break;
                case 3: rows = reader.ReadI64(field); break;
                default: reader.Skip(field); break;
            }
        }
        if (rows < 0) throw ParquetErrors.Corrupt($"row group {index} declares {rows} rows");
        if (columns.Length != schema!.Leaves.Count)
            throw ParquetErrors.Corrupt($"row group {index} has {columns.Length} columns where the schema has {schema.Leaves.Count}");
        return new RowGroupMetadata(index, rows, firstRow, bytes, columns);
    }

    private ColumnChunkMetadata[] ReadChunks(ref CompactReader reader, CompactType type, int rowGroup)
    {
        var count = reader.ReadList(type, out var element);
        if (count != schema!.Leaves.Count)
            throw ParquetErrors.Corrupt($"row group {rowGroup} has {count} columns where the schema has {schema.Leaves.Count}");
        if (count > 0) CompactReader.ExpectStruct(element);
        var chunks = new ColumnChunkMetadata[count];
        for (var i = 0; i < count; i++)
            chunks[i] = ColumnChunkParser.Read(ref reader, schema.Leaves[i], footer, rowGroup);
        return chunks;
    }

    private static void ReadKeyValues(ref CompactReader reader, CompactType type, List<KeyValuePair<string, string?>> pairs)
    {
        var count = reader.ReadList(type, out var element);
        if (count > 0) CompactReader.ExpectStruct(element);
        for (var i = 0; i < count; i++)
        {
            var key = "";
            string? value = null;
            var id = 0;
            while (reader.ReadField(ref id) is var field and not CompactType.Stop)
            {
                switch (id)
                {
                    case 1: key = reader.ReadString(field); break;
                    case 2: value = reader.ReadString(field); break;
                    default: reader.Skip(field); break;
                }
            }
            pairs.Add(new(key, value));
        }
    }

    private static long Total(long declared, List<RowGroupMetadata> groups)
    {
        var sum = groups.Count == 0 ? 0 : groups[^1].FirstRow + groups[^1].RowCount;
        // Some writers leave the total at 0; the row groups are what is read.
        if (declared != sum && declared != 0) throw ParquetErrors.Corrupt($"the footer declares {declared} rows where its row groups have {sum}");
        return sum;
    }
}
