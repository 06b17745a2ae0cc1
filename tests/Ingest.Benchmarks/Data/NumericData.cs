namespace Ingest.Benchmarks.Data;

/// <summary>A key, eight numerics of several sizes, and two each of bigint and double precision; some 150 bytes a row.</summary>
internal sealed class NumericData : Dataset
{
    private static readonly (string Type, ulong Below, int Scale)[] Numerics =
    [
        ("numeric(6,2)", 1_000_000, 2), ("numeric(12,2)", 1_000_000_000_000, 2), ("numeric(12,4)", 1_000_000_000_000, 4), ("numeric(18,6)", 1UL << 59, 6),
        ("numeric", 1UL << 40, 3), ("numeric", 1UL << 60, 9), ("numeric(9,1)", 1_000_000_000, 1), ("numeric(15,5)", 1_000_000_000_000_000, 5),
    ];

    public override string Name => "numeric";

    public override IReadOnlyList<DatasetColumn> Columns { get; } =
    [
        new("id", "bigint"), new("counter", "bigint"),
        .. Numerics.Select((n, i) => new DatasetColumn($"n{i + 1}", n.Type) { DuckDbType = n.Type == "numeric" ? $"decimal(38,{n.Scale})" : n.Type }),
        new("total", "bigint"), new("mean", "double precision"), new("deviation", "double precision"),
    ];

    public override int RecordSpace => 512;

    public override int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        var random = new RowRandom((ulong)row ^ 0x4E_55_4D);
        writer.Number(row + 1);
        writer.Separator();
        writer.Number((long)random.Take(1_000_000) + (changed ? 1_000_000 : 0));
        writer.Separator();
        foreach (var (_, below, scale) in Numerics)
        {
            // Fresh bits for each: one number may use nearly all of them.
            random.Reseed(random.Bits + (ulong)row);
            var units = (long)(random.Bits % below);
            writer.Decimal((random.Bits & 1UL << 63) == 0 ? units : -units, scale);
            writer.Separator();
        }
        random.Reseed(random.Bits);
        writer.Number((long)(random.Bits >> 8));
        writer.Separator();
        writer.Decimal((long)random.Take(1UL << 40), 6);
        writer.Separator();
        writer.Decimal((long)random.Take(1UL << 30), 9);
        writer.EndRecord();
        return writer.Length;
    }
}
