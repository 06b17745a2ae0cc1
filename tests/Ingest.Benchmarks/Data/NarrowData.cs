namespace Ingest.Benchmarks.Data;

/// <summary>Ten columns of the usual types, some 122 bytes a row.</summary>
/// <param name="name">The dataset's name.</param>
/// <param name="indexed">The columns that have an index besides the key's.</param>
internal sealed class NarrowData(string name = "narrow", params string[] indexed) : Dataset
{
    public override string Name => name;

    public override IReadOnlyList<DatasetColumn> Columns { get; } =
    [
        new("id", "bigint"), new("name", "text"), new("price", "numeric(12,2)"), new("quantity", "integer"), new("active", "boolean"),
        new("made", "date"), new("seen", "timestamptz"), new("note", "text"), new("code", "text", Nullable: true), new("score", "double precision"),
    ];

    public override IReadOnlyList<string> Indexed => indexed;

    public override int RecordSpace => 512;

    public override int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        var random = new RowRandom((ulong)row);
        writer.Number(row + 1);
        writer.Separator();
        writer.Text("item-"u8);
        writer.Digits(random.Take(100_000_000), 8);
        writer.Separator();
        writer.Decimal((long)random.Take(10_000_000), 2);
        writer.Separator();
        writer.Number((long)random.Take(100_000) + (changed ? 100_000 : 0));
        writer.Separator();
        writer.Text((random.Bits & 1) == 0 ? "true"u8 : "false"u8);
        writer.Separator();
        writer.Date(random.Take(3650));
        writer.Separator();
        writer.Date(random.Take(3650));
        writer.Text(" "u8);
        writer.Time(random.Take(86_400));
        writer.Text("."u8);
        random.Reseed(random.Bits + (ulong)row);
        writer.Digits(random.Take(1_000_000), 6);
        writer.Text("+00"u8);
        writer.Separator();
        writer.Text("\""u8);
        writer.Text(Words.Of(random.Bits));
        writer.Text(", the \"\""u8);
        writer.Text(Words.Of(random.Bits >> 4));
        writer.Text("\"\"\""u8);
        writer.Separator();
        random.Skip(8);
        if (random.Bits % 5 != 0)
        {
            writer.Text("C"u8);
            writer.Digits(random.Take(10_000), 4);
        }
        writer.Separator();
        random.Reseed(random.Bits ^ (ulong)row);
        writer.Number((long)random.Take(1_000_000));
        writer.Text("."u8);
        writer.Digits(random.Take(1000), 3);
        writer.EndRecord();
        return writer.Length;
    }
}
