using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Tests.Writing;

/// <summary>Writes a Parquet file of one or more row groups from levels and values that the test has made up.</summary>
internal sealed class TestFile
{
    private readonly MemoryStream output = new();
    private readonly List<TestNode> schema;
    private readonly List<(long Rows, List<Chunk> Chunks)> groups = [];

    public TestFile(params IEnumerable<TestNode> schema)
    {
        this.schema = [.. schema];
        output.Write("PAR1"u8);
    }

    public TestFile AddRowGroup(long rows, params IEnumerable<TestColumn> columns)
    {
        groups.Add((rows, columns.Select(Write).ToList()));
        return this;
    }

    public byte[] ToArray()
    {
        var footer = Footer();
        output.Write(footer);
        output.Write(BitConverter.GetBytes(footer.Length));
        output.Write("PAR1"u8);
        return output.ToArray();
    }

    /// <summary>A file with one column of no nesting.</summary>
    public static byte[] Flat(TestColumn column, int typeLength, long rows) =>
        new TestFile(
            new TestNode("root", Repetition.Required, Children: 1),
            new TestNode(column.Path[0], column.MaxDefinition == 0 ? Repetition.Required : Repetition.Optional, column.Type, typeLength))
        .AddRowGroup(rows, column).ToArray();

    private Chunk Write(TestColumn column)
    {
        var start = output.Position;
        long? dictionaryOffset = null;
        long uncompressed = 0;
        var dictionary = new List<byte[]>();
        var lookup = new Dictionary<string, int>();
        if (column.Encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary)
        {
            foreach (var value in column.Values)
            {
                if (lookup.TryAdd(System.Convert.ToHexString(value), dictionary.Count)) dictionary.Add(value);
            }
            dictionaryOffset = start;
            uncompressed += WriteDictionary(column, dictionary);
        }
        var dataOffset = output.Position;
        int entry = 0, value0 = 0, pages = 0;
        while (entry < column.Definitions.Count || pages == 0)
        {
            var end = PageEnd(column, entry);
            var values = Enumerable.Range(entry, end - entry).Count(i => column.MaxDefinition == 0 || column.Definitions[i] == column.MaxDefinition);
            uncompressed += WritePage(column, entry, end, column.Values.Skip(value0).Take(values).ToArray(), dictionary, lookup, pages);
            entry = end;
            value0 += values;
            pages++;
        }
        return new Chunk(column, dataOffset, dictionaryOffset, output.Position - start, uncompressed);
    }

    private static int PageEnd(TestColumn column, int entry)
    {
        var rows = 0;
        for (var i = entry; i < column.Definitions.Count; i++)
        {
            if ((column.MaxRepetition == 0 || column.Repetitions[i] == 0) && rows++ == column.RowsPerPage) return i;
        }
        return column.Definitions.Count;
    }

    private int WriteDictionary(TestColumn column, List<byte[]> dictionary)
    {
        var plain = Encoders.Plain(column.Type, dictionary);
        var body = Compressors.Compress(column.Codec, plain);
        var header = Header(2, plain.Length, body, column.Checksums)
            .Begin(7).I32(1, dictionary.Count).I32(2, 0).End().Stop().ToArray();
        output.Write(header);
        output.Write(body);
        return header.Length + plain.Length;
    }

    private int WritePage(
        TestColumn column, int from, int to, byte[][] values, List<byte[]> dictionary, Dictionary<string, int> lookup, int page)
    {
        var encoding = column.Encoding;
        byte[] data;
        if (encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary && page < column.DictionaryPages)
        {
            var width = 32 - int.LeadingZeroCount(dictionary.Count - 1);
            data = Encoders.Indices(values.Select(v => lookup[System.Convert.ToHexString(v)]).ToArray(), dictionary.Count == 0 ? 0 : width);
        }
        else
        {
            if (encoding is PageEncoding.RleDictionary or PageEncoding.PlainDictionary) encoding = PageEncoding.Plain;
            data = Encoders.Values(encoding, column.Type, values);
        }
        var definitions = column.Definitions.Skip(from).Take(to - from).ToArray();
        var repetitions = column.Repetitions.Skip(from).Take(to - from).ToArray();
        return column.Version2
            ? WriteVersion2(column, encoding, definitions, repetitions, data)
            : WriteVersion1(column, encoding, definitions, repetitions, data);
    }

    private int WriteVersion1(TestColumn column, PageEncoding encoding, int[] definitions, int[] repetitions, byte[] data)
    {
        byte[] plain = [.. Levels(column, repetitions, column.MaxRepetition), .. Levels(column, definitions, column.MaxDefinition), .. data];
        var body = Compressors.Compress(column.Codec, plain);
        var levels = column.BitPackedLevels ? 4 : 3;
        var header = Header(0, plain.Length, body, column.Checksums)
            .Begin(5).I32(1, definitions.Length).I32(2, (int)encoding).I32(3, levels).I32(4, levels).End().Stop().ToArray();
        output.Write(header);
        output.Write(body);
        return header.Length + plain.Length;
    }

    private int WriteVersion2(TestColumn column, PageEncoding encoding, int[] definitions, int[] repetitions, byte[] data)
    {
        var repetition = column.MaxRepetition == 0 ? [] : Encoders.Hybrid(repetitions, Width(column.MaxRepetition));
        var definition = column.MaxDefinition == 0 ? [] : Encoders.Hybrid(definitions, Width(column.MaxDefinition));
        // A page without values has an empty body, as other writers do it.
        var compressed = data.Length == 0 ? [] : Compressors.Compress(column.Codec, data);
        byte[] body = [.. repetition, .. definition, .. compressed];
        var nulls = definitions.Count(d => column.MaxDefinition > 0 && d != column.MaxDefinition);
        var rows = column.MaxRepetition == 0 ? definitions.Length : repetitions.Count(r => r == 0);
        var header = Header(3, repetition.Length + definition.Length + data.Length, body, column.Checksums)
            .Begin(8).I32(1, definitions.Length).I32(2, nulls).I32(3, rows).I32(4, (int)encoding)
            .I32(5, definition.Length).I32(6, repetition.Length).Bool(7, column.Codec != CompressionCodec.Uncompressed).End().Stop().ToArray();
        output.Write(header);
        output.Write(body);
        return header.Length + repetition.Length + definition.Length + data.Length;
    }

    private static byte[] Levels(TestColumn column, int[] levels, int max)
    {
        if (max == 0) return [];
        return column.BitPackedLevels
            ? Encoders.BitPackedLevels(levels, Width(max))
            : Encoders.Prefixed(Encoders.Hybrid(levels, Width(max)));
    }

    private static int Width(int max) => 32 - int.LeadingZeroCount(max);

    private static CompactWriter Header(int pageType, int uncompressed, byte[] body, bool checksum)
    {
        var writer = new CompactWriter().I32(1, pageType).I32(2, uncompressed).I32(3, body.Length);
        return checksum ? writer.I32(4, (int)Crc(body)) : writer;
    }

    // Bit by bit, from the definition of CRC-32.
    private static uint Crc(byte[] data)
    {
        var crc = ~0u;
        foreach (var b in data)
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }

    private byte[] Footer()
    {
        var writer = new CompactWriter().I32(1, 1).List(2, 12, schema.Count);
        foreach (var node in schema) Write(writer, node);
        writer.I64(3, groups.Sum(g => g.Rows)).List(4, 12, groups.Count);
        foreach (var (rows, chunks) in groups)
        {
            writer.BeginElement().List(1, 12, chunks.Count);
            foreach (var chunk in chunks) Write(writer, chunk);
            writer.I64(2, chunks.Sum(c => c.Compressed)).I64(3, rows).End();
        }
        return writer.Text(6, "the tests of ingest").Stop().ToArray();
    }

    private static void Write(CompactWriter writer, TestNode node)
    {
        writer.BeginElement();
        if (node.Type is { } type) writer.I32(1, (int)type);
        if (node.TypeLength > 0) writer.I32(2, node.TypeLength);
        writer.I32(3, (int)node.Repetition).Text(4, node.Name);
        if (node.Type is null) writer.I32(5, node.Children);
        if (node.Converted is { } converted) writer.I32(6, converted);
        writer.End();
    }

    private static void Write(CompactWriter writer, Chunk chunk)
    {
        var column = chunk.Column;
        writer.BeginElement().I64(2, 0).Begin(3).I32(1, (int)column.Type).List(2, 5, 1).Element((int)column.Encoding)
            .List(3, 8, column.Path.Count);
        foreach (var name in column.Path) writer.Element(name);
        writer.I32(4, (int)column.Codec).I64(5, column.Definitions.Count).I64(6, chunk.Uncompressed).I64(7, chunk.Compressed)
            .I64(9, chunk.DataOffset);
        if (chunk.DictionaryOffset is { } offset) writer.I64(11, offset);
        writer.End().End();
    }

    private sealed record Chunk(TestColumn Column, long DataOffset, long? DictionaryOffset, long Compressed, long Uncompressed);
}
