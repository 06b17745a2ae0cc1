namespace Ingest.Benchmarks.Data;

/// <summary>A key and 119 short columns, of which every sixth is text, numeric, integer, date, boolean or double; some 900 bytes a row.</summary>
internal sealed class WideData : Dataset
{
    private const int Values = 119;

    private static readonly string[] Types = ["integer", "text", "numeric(10,2)", "date", "boolean", "double precision"];

    public override string Name => "wide";

    public override IReadOnlyList<DatasetColumn> Columns { get; } =
        [new("id", "bigint"), .. Enumerable.Range(0, Values).Select(i => new DatasetColumn($"c{i + 1:000}", Types[i % Types.Length]))];

    public override int RecordSpace => 4096;

    public override int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        var random = new RowRandom((ulong)row ^ 0x57_49_44_45);
        writer.Number(row + 1);
        for (var i = 0; i < Values; i++)
        {
            writer.Separator();
            switch (i % Types.Length)
            {
                case 0:
                    writer.Number((long)random.Take(100_000) + (changed && i == 0 ? 100_000 : 0));
                    break;
                case 1:
                    writer.Text(Words.Of(random.Take(16)));
                    break;
                case 2:
                    writer.Decimal((long)random.Take(1_000_000), 2);
                    break;
                case 3:
                    writer.Date(random.Take(3650));
                    break;
                case 4:
                    writer.Text(random.Take(2) == 0 ? "t"u8 : "f"u8);
                    break;
                default:
                    writer.Decimal((long)random.Take(10_000_000), 3);
                    break;
            }
        }
        writer.EndRecord();
        return writer.Length;
    }
}
