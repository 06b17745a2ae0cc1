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
    private readonly Column[] columns;

    /// <summary>The same up to the last one of the key, with nothing in those that are not of it.</summary>
    private readonly Column[] keyColumns;
    private readonly int quote;
    private readonly bool hasNullText;
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
        hasNullText = layout.NullText.Length > 0;
        quote = tokenizer.Quote;
        columns = [.. layout.FieldOf.Select((field, i) => new Column(row.Columns[i].Encoder, field, i, layout.IsText[i]))];
        keyColumns = [.. columns.Take(row.Key.DefaultIfEmpty(-1).Max() + 1).Select((c, i) => row.Key.Contains(i) ? c : c with { Field = -1, IsText = false })];
    }

    /// <inheritdoc/>
    public DecodedBlock Decode(RecordBlock block)
    {
        var csv = (CsvBlock)block;
        var content = csv.Content;
        var segments = new Segment[dealer.Lanes];
        for (var lane = 0; lane < segments.Length; lane++)
            segments[lane] = new Segment(block);

        // One vectorised look at the whole block; only a block that fails it is looked at record by record.
        var isClean = Utf8.IsValid(content) && !content.Contains((byte)0);
        var ordinal = 0;
        var replayed = layout.Replayed;
        tokenizer.Begin(csv);
        while (tokenizer.MoveNext())
        {
            if (replayed is not null && !IsTaken(replayed, segments, csv, ordinal))
            {
                ordinal++;
                continue;
            }
            if (!IsWhole(isClean) && Defect(content, isClean) is { } defect) Reject(segments[LaneByPlace(block)], ordinal, defect);
            else DecodeRecord(segments, csv, ordinal);
            ordinal++;
        }
        scratch.Shrink();
        if (unescaped.Length > MostUnescaped) unescaped = new byte[4096];
        return new(block, segments, ordinal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        scratch.Dispose();
        tokenizer.Dispose();
    }

    /// <summary>A row is written aside first: its lane may depend on its key, and it may fail half written.</summary>
    private void DecodeRecord(Segment[] segments, CsvBlock block, int ordinal)
    {
        scratch.Length = 0;
        if (!Write(columns, block.Padded, scratch, out var defect))
        {
            Reject(segments[LaneOfReject(block)], ordinal, defect);
            return;
        }
        var row = scratch.Written;
        var hash = writer.HasKey ? writer.KeyHash(row) : 0;
        var lane = writer.HasKey ? dealer.ByKey(hash) : LaneByPlace(block);
        segments[lane].AddRow(row, hash, ordinal, tokenizer.RecordStart, tokenizer.RecordLength);
    }

    private int LaneByPlace(RecordBlock block) => dealer.ByPosition(block.Start.Position + tokenizer.RecordStart);

    /// <summary>
    /// A record that does not convert goes where its key would take it: a resume may convert it, because the column was
    /// widened meanwhile, and must not find it in another lane.
    /// </summary>
    private int LaneOfReject(CsvBlock block)
    {
        if (!writer.HasKey) return LaneByPlace(block);
        scratch.Length = 0;
        return Write(keyColumns, block.Padded, scratch, out _) ? dealer.ByKey(writer.KeyHash(scratch.Written)) : LaneByPlace(block);
    }

    /// <summary>Notes which reject a record corrects; false for one that is not to be loaded, or that does not say.</summary>
    private bool IsTaken(ReplayedField replayed, Segment[] segments, CsvBlock block, int ordinal)
    {
        // One that is not whole is rejected anew, and what stands in its fields is not to be trusted.
        if (tokenizer.Malformation != CsvMalformation.None || tokenizer.FieldCount != fieldCount) return true;
        var bounds = tokenizer.Bounds;
        if (!ReplayedField.TryRead(block.Padded[(bounds[replayed.Field] + 1)..bounds[replayed.Field + 1]], out var reject))
        {
            Reject(segments[0], ordinal, RecordDefect.NoRejectId(replayed.Replay.IdColumn));
            return false;
        }
        // A replay has one lane.
        if (!replayed.Replay.LeavesOut(reject))
        {
            segments[0].AddCorrection(ordinal, reject);
            return true;
        }
        segments[0].AddReject(RejectedRecord.LeftOut(ordinal, tokenizer.RecordStart, tokenizer.RecordLength));
        return false;
    }

    private bool Write(Column[] columns, ReadOnlySpan<byte> padded, RowBuffer row, out RecordDefect defect)
    {
        // In locals: the compiler cannot know that an encoder does not change them, and would read them for every field.
        var bounds = tokenizer.Bounds;
        var (quote, hasNullText) = (this.quote, this.hasNullText);
        writer.BeginRow(row);
        foreach (ref readonly var column in columns.AsSpan())
        {
            if ((uint)column.Field >= (uint)(bounds.Length - 1))
            {
                if (layout.FillEmpty && column.IsText) column.Encoder.Encode([], row);
                else row.WriteNull();
                continue;
            }
            var start = bounds[column.Field] + 1;
            var value = padded[start..bounds[column.Field + 1]];
            if (value.IsEmpty)
            {
                // Without quotes: those of an empty string are in its value still.
                if (!column.IsText || !hasNullText)
                {
                    row.WriteNull();
                    continue;
                }
            }
            else if (value[0] == quote)
            {
                value = CsvFieldText.Unescape(padded, start + 1, value.Length - 2, layout.Dialect, ref unescaped);
            }
            else if (hasNullText && value.SequenceEqual(layout.NullText))
            {
                row.WriteNull();
                continue;
            }
            if (column.Encoder.Encode(value, row) is not ConversionFailure.None and var failure)
            {
                defect = RecordDefect.Conversion(writer.Column(column.Place), failure);
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

    private void Reject(Segment segment, int ordinal, RecordDefect defect) => segment.AddReject(new(
        ordinal, tokenizer.RecordStart, tokenizer.RecordLength, defect.Column, defect.Code, defect.Message));

    /// <summary>What a column of the stage is made of.</summary>
    /// <param name="Encoder">Writes its values.</param>
    /// <param name="Field">The index of its field, or −1.</param>
    /// <param name="Place">Its place in the row.</param>
    /// <param name="IsText">Whether the empty string is one of its values.</param>
    private readonly record struct Column(FieldEncoder Encoder, int Field, int Place, bool IsText);
}
