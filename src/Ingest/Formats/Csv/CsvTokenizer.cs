namespace Ingest.Formats.Csv;

/// <summary>
/// Splits a block into records and fields (guarded by the TokenizerBenchmarks). The rules are RFC 4180's with COPY's
/// ESCAPE: a quote opens only at the start of a field and is text elsewhere; CR, LF and CR LF end a record. Regular text
/// is cut by <see cref="FieldEnds"/>; what follows the first irregular record of a block, by <see cref="RecordScanner"/>.
/// </summary>
internal sealed class CsvTokenizer(CsvDialect dialect) : IDisposable
{
    private readonly FieldEnds ends = new(dialect);
    private readonly RecordScanner scanner = new(dialect);
    private readonly bool mayBeRegular = QuoteParity.Serves(dialect);

    // Not an ArraySegment: to store its array for every record costs the collector's write barrier.
    private int[] bounds = [0];
    private int firstBound;

    private CsvBlock? block;
    private bool isRegular;

    /// <summary>
    /// What a field in quotes begins and ends with, or −1, which no byte is. Where the quoting is not malformed, every field
    /// that begins so is in quotes.
    /// </summary>
    public int Quote { get; } = dialect.Quote == 0 ? -1 : dialect.Quote;

    /// <summary>
    /// Where the fields of the current record lie: field <c>i</c> between the bounds <c>i</c> and <c>i + 1</c>, without
    /// either. Valid until the next record.
    /// </summary>
    public ReadOnlySpan<int> Bounds => bounds.AsSpan(firstBound, FieldCount + 1);

    /// <summary>The number of fields of the current record.</summary>
    public int FieldCount { get; private set; }

    /// <summary>Where the current record starts in the block.</summary>
    public int RecordStart { get; private set; }

    /// <summary>The bytes of the current record without its line break.</summary>
    public int RecordLength { get; private set; }

    /// <summary>Where the next record starts: after the line break of the current one.</summary>
    public int Next { get; private set; }

    /// <summary>What is wrong with the quoting of the current record.</summary>
    public CsvMalformation Malformation { get; private set; }

    /// <summary>Whether a line without a byte is a record (of one NULL field), as in a file of one column.</summary>
    public bool KeepBlankLines { get; init; }

    /// <summary>Begins a block.</summary>
    public void Begin(CsvBlock block)
    {
        this.block = block;
        Next = 0;
        isRegular = mayBeRegular;
        if (isRegular) ends.Begin();
        else scanner.Begin(0);
    }

    /// <summary>Goes to the next record; false at the end of the block. Blank lines and comment lines are passed over.</summary>
    public bool MoveNext()
    {
        var text = block!.Padded;
        var length = block.Length;
        while (Next < length)
        {
            if (dialect.Comment != 0 && text[Next] == dialect.Comment)
            {
                SkipLine(text[..length]);
                continue;
            }
            Read(text, length);
            // A line without a single byte: a NULL in a file of one column is for the decoder to ask for.
            if (RecordLength > 0 || KeepBlankLines) return true;
        }
        return false;
    }

    /// <summary>A field of the current record. Where a quote does not close, all that follows it is the value.</summary>
    public CsvField Field(int index)
    {
        var start = Bounds[index] + 1;
        var length = Bounds[index + 1] - start;
        var text = block!.Content.Slice(start, length);
        if (text.IsEmpty || text[0] != Quote) return new(start, length, false);
        var isClosed = length > 1 && text[^1] == Quote;
        return new(start + 1, length - (isClosed ? 2 : 1), true);
    }

    /// <summary>Gives its buffers back.</summary>
    public void Dispose() => ends.Dispose();

    private void SkipLine(ReadOnlySpan<byte> text)
    {
        var end = text[Next..].IndexOfAny((byte)'\n', (byte)'\r');
        Next = end < 0 ? text.Length : Next + end + 1;
        if (end >= 0 && text[Next - 1] == '\r' && Next < text.Length && text[Next] == '\n') Next++;
    }

    private void Read(ReadOnlySpan<byte> text, int length)
    {
        var start = Next;
        Malformation = CsvMalformation.None;
        if (!isRegular || !ends.TryNext(text, length, start, out var found))
        {
            if (isRegular) scanner.Begin(start);
            isRegular = false;
            Malformation = scanner.Read(text, length, start, out found);
        }
        if (bounds != found.Array) bounds = found.Array!;
        firstBound = found.Offset;
        FieldCount = found.Count - 1;
        var end = bounds[firstBound + FieldCount];
        RecordStart = start;
        RecordLength = end - start;
        Next = Math.Min(end + 1, length);
        if (Next < length && text[end] == '\r' && text[Next] == '\n') Next++;
    }
}
