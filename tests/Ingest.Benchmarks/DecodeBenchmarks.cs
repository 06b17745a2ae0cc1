using System.Buffers;
using BenchmarkDotNet.Attributes;
using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Benchmarks;

/// <summary>
/// MB/s of turning blocks of the narrow data into binary COPY rows, by one decoder: what one core does for a load.
/// <c>dotnet run -c Release --project tests/Ingest.Benchmarks -- --filter '*Decode*'</c>
/// </summary>
[Config(typeof(Throughput))]
public class DecodeBenchmarks
{
    private static readonly (string Name, uint Oid, string SqlType)[] Columns =
    [
        ("id", TypeOids.Int8, "bigint"), ("name", TypeOids.Text, "text"), ("price", TypeOids.Numeric, "numeric"),
        ("quantity", TypeOids.Int4, "integer"), ("active", TypeOids.Bool, "boolean"), ("made", TypeOids.Date, "date"),
        ("seen", TypeOids.TimestampTz, "timestamptz"), ("note", TypeOids.Text, "text"), ("code", TypeOids.Text, "text"),
        ("score", TypeOids.Float8, "double precision"),
    ];

    private CsvBlock? block;
    private CsvDecoder? decoder;

    /// <summary>The lanes that rows are dealt to.</summary>
    [Params(1, 2)]
    public int Lanes { get; set; }

    /// <summary>Whether rows go to their lane by key, as in an upsert, or by place.</summary>
    [Params(true, false)]
    public bool Keyed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var text = NarrowData.Text(Throughput.Bytes);
        var array = ArrayPool<byte>.Shared.Rent(text.Length + CsvBlock.Padding);
        text.CopyTo(array, 0);
        block = new(array, text.Length);
        var dialect = new CsvDialect((byte)',', (byte)'"', (byte)'"', 0);
        var layout = new CsvLayout(
            dialect, [.. Columns.Select(c => c.Name)], [.. Enumerable.Range(0, Columns.Length)], [],
            [.. Columns.Select(c => c.Oid == TypeOids.Text)], AllowShort: false, FillEmpty: false, AllowLong: false);
        decoder = new(layout, new RowLayout([.. Columns.Select(Column)], Keyed ? [0] : []), new Dealer(Lanes, Dealer.TextStretch));
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        decoder!.Dispose();
        block!.Release();
    }

    [Benchmark]
    public int Decode()
    {
        var decoded = decoder!.Decode(block!);
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
