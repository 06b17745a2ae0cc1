using Ingest.Convert;
using Ingest.Formats;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Tests.Formats.Csv;

/// <summary>Layouts for decoders, and what they made of a text.</summary>
internal static class DecodedRows
{
    public static RowColumn Column(string name, uint oid, string sqlType, bool isKey = false)
    {
        var type = new PgType(oid, "pg_catalog", sqlType, 'b', -1, sqlType);
        return new(new StageColumn(name, sqlType, null, sqlType, isKey, false, true), type, EncoderCatalog.Find(type, new ConvertOptions())!, true);
    }

    public static RowColumn[] TextColumns(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Column($"c{i}", TypeOids.Text, "text"))];

    public static CsvDecoder Decoder(CsvDialect dialect, RowColumn[] columns, int lanes = 1, string nullText = "", int[]? key = null) => new(
        new CsvLayout(
            dialect, [.. columns.Select(c => c.Sql.Name)], [.. Enumerable.Range(0, columns.Length)], System.Text.Encoding.UTF8.GetBytes(nullText),
            [.. columns.Select(c => c.Type.Oid == TypeOids.Text)], AllowShort: false, FillEmpty: false, AllowLong: false),
        new RowLayout(columns, key ?? []),
        new Dealer(lanes, Dealer.TextStretch));

    /// <summary>Decodes a text that is one block, and lets the caller look before it is given back.</summary>
    public static void Decode(CsvDecoder decoder, ReadOnlySpan<byte> text, Action<DecodedBlock> look)
    {
        var block = Tokenized.Block(text);
        var decoded = decoder.Decode(block);
        look(decoded);
        foreach (var segment in decoded.Segments) segment.Dispose();
        block.Release();
    }
}
