using Ingest.Buffers;
using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Benchmarks;

/// <summary>Decoding, converting and routing of the narrow data with nothing behind the lanes.</summary>
internal static class NarrowDecoding
{
    private static readonly (string Name, uint Oid, string SqlType)[] Columns =
    [
        ("id", TypeOids.Int8, "bigint"), ("name", TypeOids.Text, "text"), ("price", TypeOids.Numeric, "numeric"),
        ("quantity", TypeOids.Int4, "integer"), ("active", TypeOids.Bool, "boolean"), ("made", TypeOids.Date, "date"),
        ("seen", TypeOids.TimestampTz, "timestamptz"), ("note", TypeOids.Text, "text"), ("code", TypeOids.Text, "text"),
        ("score", TypeOids.Float8, "double precision"),
    ];

    /// <summary>A block of text, which the caller releases.</summary>
    public static CsvBlock Block(ReadOnlySpan<byte> text)
    {
        var chunk = ChunkPool.Rent(text.Length + CsvBlock.Padding);
        text.CopyTo(chunk.Span);
        return new(chunk, text.Length);
    }

    /// <summary>A decoder of the narrow data's CSV.</summary>
    /// <param name="lanes">The lanes that rows are dealt to.</param>
    /// <param name="keyed">Whether rows go to their lane by key, as in an upsert, or by place.</param>
    public static CsvDecoder NewDecoder(int lanes, bool keyed)
    {
        var dialect = new CsvDialect((byte)',', (byte)'"', (byte)'"', 0);
        var layout = new CsvLayout(
            dialect, [.. Columns.Select(c => c.Name)], [.. Enumerable.Range(0, Columns.Length)], [],
            [.. Columns.Select(c => c.Oid == TypeOids.Text)], AllowShort: false, FillEmpty: false, AllowLong: false);
        return new(layout, new RowLayout([.. Columns.Select(Column)], keyed ? [0] : []), new Dealer(lanes, Dealer.TextStretch));
    }

    /// <summary>Decodes a block, drops its rows and returns their number.</summary>
    /// <exception cref="FormatException">A record was rejected.</exception>
    public static int Decode(CsvDecoder decoder, CsvBlock block)
    {
        var decoded = decoder.Decode(block);
        var rows = 0;
        foreach (var segment in decoded.Segments)
        {
            rows += segment.Count;
            segment.Dispose();
        }
        return rows == decoded.Records ? rows : throw new FormatException("the narrow data has rejects");
    }

    private static RowColumn Column((string Name, uint Oid, string SqlType) column)
    {
        var type = new PgType(column.Oid, "pg_catalog", column.SqlType, 'b', -1, column.SqlType);
        var sql = new StageColumn(column.Name, column.SqlType, null, column.SqlType, column.Name == "id", false, true);
        return new(sql, type, EncoderCatalog.Find(type, new ConvertOptions())!, true);
    }
}
