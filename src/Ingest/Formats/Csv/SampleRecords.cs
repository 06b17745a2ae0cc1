namespace Ingest.Formats.Csv;

/// <summary>One field of a sampled record.</summary>
/// <param name="Start">The offset in the sample of its first byte, quotes included.</param>
/// <param name="Length">Its bytes, quotes included.</param>
/// <param name="Quoted">Whether it was written in quotes.</param>
internal readonly record struct SampleField(int Start, int Length, bool Quoted);

/// <summary>
/// Reads records from a sample with a dialect on trial. Not the tokenizer of a load: it is lenient, keeps count of what
/// does not fit the dialect, and never reads past the sample.
/// </summary>
internal ref struct SampleRecords
{
    private readonly ReadOnlySpan<byte> sample;
    private readonly CsvDialect dialect;
    private readonly bool whole;
    private SampleField[] fields = new SampleField[16];
    private int count;
    private int position;

    /// <summary>Begins at the start of the sample.</summary>
    /// <param name="sample">UTF-8 text that begins with a record.</param>
    /// <param name="dialect">The layout on trial.</param>
    /// <param name="whole">Whether nothing follows the sample: else its last record may be cut and is left out.</param>
    public SampleRecords(ReadOnlySpan<byte> sample, CsvDialect dialect, bool whole)
    {
        this.sample = sample;
        this.dialect = dialect;
        this.whole = whole;
    }

    /// <summary>The fields of the current record, until the next one.</summary>
    public readonly ReadOnlySpan<SampleField> Fields => fields.AsSpan(0, count);

    /// <summary>Quotes that were not followed by a separator or a line break: signs of another dialect.</summary>
    public int Malformed { get; private set; }

    /// <summary>Whether a quote was still open at the end of the sample.</summary>
    public bool OpenQuote { get; private set; }

    /// <summary>Goes to the next record; blank lines and comments are passed over.</summary>
    public bool Next()
    {
        while (position < sample.Length)
        {
            if (dialect.Comment != 0 && sample[position] == dialect.Comment)
            {
                SkipLine();
                continue;
            }
            count = 0;
            if (!ReadRecord()) return false;
            if (count > 1 || fields[0].Length > 0) return true;
        }
        return false;
    }

    private bool ReadRecord()
    {
        while (true)
        {
            var start = position;
            var quoted = dialect.Quote != 0 && position < sample.Length && sample[position] == dialect.Quote;
            if (quoted && !SkipQuoted())
            {
                OpenQuote = true;
                position = sample.Length;
                return false;
            }
            var afterQuote = position;
            SkipToEnd();
            if (quoted && position != afterQuote) Malformed++;
            if (position == sample.Length && !whole) return false;
            if (count == fields.Length) Array.Resize(ref fields, count * 2);
            fields[count++] = new(start, position - start, quoted);
            if (position == sample.Length) return true;
            if (sample[position++] == dialect.Delimiter) continue;
            if (sample[position - 1] == '\r' && position < sample.Length && sample[position] == '\n') position++;
            return true;
        }
    }

    private bool SkipQuoted()
    {
        position++;
        while (true)
        {
            var found = sample[position..].IndexOfAny(dialect.Quote, dialect.Escape);
            if (found < 0) return false;
            position += found + 1;
            var isEscape = sample[position - 1] != dialect.Quote;
            if (!isEscape && (dialect.Escape != dialect.Quote || position == sample.Length || sample[position] != dialect.Quote)) return true;
            position = Math.Min(position + 1, sample.Length);
        }
    }

    private void SkipToEnd()
    {
        var end = sample[position..].IndexOfAny(dialect.Delimiter, (byte)'\r', (byte)'\n');
        position = end < 0 ? sample.Length : position + end;
    }

    private void SkipLine()
    {
        var end = sample[position..].IndexOfAny((byte)'\r', (byte)'\n');
        position = end < 0 ? sample.Length : position + end + 1;
    }
}
