using System.Text.Unicode;
using Ingest.Convert;
using Ingest.Lanes;

namespace Ingest.Formats.Csv;

/// <summary>Turns a block of CSV text into binary COPY rows: one pass, no string and no allocation per field.</summary>
internal sealed class CsvDecoder : IBlockDecoder
{
    /// <summary>What a huge quoted field may leave behind for the next block.</summary>
    private const int MostUnescaped = 1 << 20;

    private readonly CsvLayout layout;
    private readonly int fieldCount;
    private readonly RowWriter writer;
    private readonly Dealer dealer;
    private readonly CsvTokenizer tokenizer;
    private readonly RowBuffer scratch = new(4096);
    private byte[] unescaped = new byte[4096];

    /// <summary>A decoder for one file.</summary>
    public CsvDecoder(CsvLayout layout, RowLayout row, Dealer dealer)
    {
        this.layout = layout;
        this.dealer = dealer;
        fieldCount = layout.Header.Count;
        writer = new(row);
        tokenizer = new(layout.Dialect) { KeepBlankLines = layout.Header.Count == 1 };
    }

    /// <inheritdoc/>
    public DecodedBlock Decode(RecordBlock block)
    {
        var csv = (CsvBlock)block;
        var content = csv.Content;
        var segments = new Segment[dealer.Lanes];
        for (var lane = 0; lane < segments.Length; lane++)
            segments[lane] = new Segment(block, segments.Length);

        // One vectorised look at the whole block; only a block that fails it is looked at record by record.
        var isClean = Utf8.IsValid(content) && !content.Contains((byte)0);
        var ordinal = 0;
        tokenizer.Begin(csv);
        while (tokenizer.MoveNext())
        {
            if (!IsWhole(isClean) && Defect(content, isClean) is { } defect) Reject(segments, block, ordinal, defect);
            else DecodeRecord(segments, content, block, ordinal);
            ordinal++;
        }
        scratch.Shrink();
        if (unescaped.Length > MostUnescaped) unescaped = new byte[4096];
        return new(block, segments, ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => scratch.Dispose();

    /// <summary>A row is written aside first: its lane may depend on its key, and it may fail half written.</summary>
    private void DecodeRecord(Segment[] segments, ReadOnlySpan<byte> content, RecordBlock block, int ordinal)
    {
        scratch.Length = 0;
        if (!Write(content, scratch, out var defect))
        {
            Reject(segments, block, ordinal, defect);
            return;
        }
        var row = scratch.Written;
        var hash = writer.HasKey ? writer.KeyHash(row) : 0;
        var lane = writer.HasKey ? dealer.ByKey(hash) : dealer.ByPosition(block.Start.Position + tokenizer.RecordStart);
        segments[lane].AddRow(row, hash, ordinal, tokenizer.RecordStart, tokenizer.RecordLength);
    }

    private bool Write(ReadOnlySpan<byte> content, RowBuffer row, out RecordDefect defect)
    {
        // In locals: the compiler cannot know that an encoder does not change the layout, and would read it for every field.
        var fields = tokenizer.Fields;
        ReadOnlySpan<int> fieldOf = layout.FieldOf;
        ReadOnlySpan<byte> nullText = layout.NullText;
        var isText = layout.IsText;
        writer.BeginRow(row);
        for (var column = 0; column < fieldOf.Length; column++)
        {
            var index = fieldOf[column];
            if ((uint)index >= (uint)fields.Length)
            {
                if (layout.FillEmpty && isText[column]) writer.Write(column, [], row);
                else writer.WriteNull(column, row);
                continue;
            }
            ref readonly var field = ref fields[index];
            var value = content.Slice(field.Start, field.Length);
            if ((field.Flags & CsvFieldFlags.Quoted) == 0)
            {
                if ((value.Length == nullText.Length && value.SequenceEqual(nullText)) || (value.IsEmpty && !isText[column]))
                {
                    writer.WriteNull(column, row);
                    continue;
                }
            }
            else if ((field.Flags & CsvFieldFlags.Escaped) != 0)
            {
                if (unescaped.Length < value.Length) unescaped = new byte[value.Length + (value.Length / 4)];
                value = unescaped.AsSpan(0, CsvFieldText.Unescape(value, layout.Dialect, unescaped));
            }
            if (writer.Write(column, value, row) is not ConversionFailure.None and var failure)
            {
                defect = RecordDefect.Conversion(writer.Column(column), failure);
                return false;
            }
        }
        defect = default;
        return true;
    }

    /// <summary>What nearly all records are; the rest are looked at more closely.</summary>
    private bool IsWhole(bool isClean) =>
        isClean && tokenizer.Malformation == CsvMalformation.None && tokenizer.FieldCount == fieldCount;

    private RecordDefect? Defect(ReadOnlySpan<byte> content, bool isClean)
    {
        if (tokenizer.Malformation != CsvMalformation.None) return RecordDefect.Quoting(tokenizer.Malformation);
        var count = tokenizer.FieldCount;
        if ((count < fieldCount && !layout.AllowShort) || (count > fieldCount && !layout.AllowLong))
            return RecordDefect.FieldCount(count, fieldCount);
        if (isClean) return null;
        var record = content.Slice(tokenizer.RecordStart, tokenizer.RecordLength);
        return RecordDefect.Bytes(record);
    }

    private void Reject(Segment[] segments, RecordBlock block, int ordinal, RecordDefect defect)
    {
        var lane = dealer.ByPosition(block.Start.Position + tokenizer.RecordStart);
        segments[lane].AddReject(new(
            ordinal, tokenizer.RecordStart, tokenizer.RecordLength, defect.Column, defect.Code, defect.Message));
    }
}
