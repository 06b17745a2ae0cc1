namespace Ingest.Benchmarks.Data;

/// <summary>Rows whose key is two texts, in an order that has nothing to do with the key's; some 80 bytes a row.</summary>
internal sealed class CompositeKeyData : Dataset
{
    public override string Name => "composite";

    public override IReadOnlyList<DatasetColumn> Columns { get; } =
    [
        new("region", "text"), new("account", "text"), new("balance", "numeric(14,2)"), new("visits", "integer"), new("opened", "date"),
        new("holder", "text"),
    ];

    public override IReadOnlyList<string> Key => ["region", "account"];

    public override int RecordSpace => 512;

    public override int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        // Mix maps no two rows to one value, so that the account alone is unique already.
        var account = RowRandom.Mix((ulong)row);
        var random = new RowRandom(account);
        writer.Text("region-"u8);
        writer.Digits(random.Take(50), 2);
        writer.Separator();
        writer.Text("ACC-"u8);
        writer.Hexadecimal(account, 16);
        writer.Separator();
        writer.Decimal((long)random.Take(1_000_000_000), 2);
        writer.Separator();
        writer.Number((long)random.Take(1000) + (changed ? 1000 : 0));
        writer.Separator();
        writer.Date(random.Take(3650));
        writer.Separator();
        writer.Text(Words.Of(random.Take(16)));
        writer.Text(" "u8);
        writer.Text(Words.Of(random.Take(16)));
        writer.EndRecord();
        return writer.Length;
    }
}
