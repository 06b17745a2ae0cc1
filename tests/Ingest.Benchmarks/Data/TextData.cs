namespace Ingest.Benchmarks.Data;

/// <summary>A key and three long quoted texts with separators, doubled quotes and line breaks in them; some 1,200 bytes a row.</summary>
internal sealed class TextData : Dataset
{
    public override string Name => "text";

    public override IReadOnlyList<DatasetColumn> Columns { get; } =
        [new("id", "bigint"), new("version", "integer"), new("title", "text"), new("body", "text"), new("comment", "text")];

    public override int RecordSpace => 8192;

    public override int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        var random = new RowRandom((ulong)row ^ 0x54_45_58_54);
        writer.Number(row + 1);
        writer.Separator();
        writer.Number(changed ? 2 : 1);
        writer.Separator();
        Prose(ref writer, ref random, 6 + (int)random.Take(6));
        writer.Separator();
        Prose(ref writer, ref random, 60 + (int)random.Take(120));
        writer.Separator();
        Prose(ref writer, ref random, 10 + (int)random.Take(40));
        writer.EndRecord();
        return writer.Length;
    }

    private static void Prose(ref FieldWriter writer, ref RowRandom random, int words)
    {
        writer.Text("\""u8);
        for (var i = 1; i <= words; i++)
        {
            writer.Text(Words.Of(random.Take(16)));
            writer.Text((i % 16) switch
            {
                0 => ".\n"u8,
                5 => ", "u8,
                9 => " \"\""u8,
                10 => "\"\" "u8,
                _ => " "u8,
            });
        }
        writer.Text("\""u8);
    }
}
