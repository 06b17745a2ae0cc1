using System.Text;
using Ingest.Postgres;

namespace Ingest.Formats.Csv;

/// <summary>
/// Tells the separator of a delimited text from a sample: records are read with each candidate, quotes honoured, and
/// the one wins whose records have the same number of fields with the most plausible values.
/// </summary>
internal static class DialectDetector
{
    /// <summary>The separators that are told apart; of equals, the earlier wins.</summary>
    private static readonly byte[] Candidates = [(byte)',', (byte)';', (byte)'\t', (byte)'|'];

    /// <summary>The records that are read of the sample.</summary>
    private const int MaxRecords = 1000;

    /// <summary>Checks what the user said of the layout.</summary>
    /// <exception cref="PlanException">The options contradict each other.</exception>
    public static void Check(CsvOptions options)
    {
        CheckCharacter(options.Delimiter, "--delimiter");
        CheckCharacter(options.Quote == '\0' ? null : options.Quote, "--quote");
        CheckCharacter(options.Escape, "--escape");
        CheckCharacter(options.Comment, "--comment");
        if (options.Delimiter == options.Quote)
            throw new PlanException("bad_dialect", "--delimiter and --quote are the same character; choose two");
        if (options.Delimiter is { } delimiter && (delimiter == options.Escape || delimiter == options.Comment))
            throw new PlanException("bad_dialect", "--delimiter is also --escape or --comment; choose another character");
        if (options.Comment is { } comment && comment == options.Quote)
            throw new PlanException("bad_dialect", "--comment and --quote are the same character; choose two");
    }

    /// <summary>Tells the layout; never fails, since every text is at least one column.</summary>
    /// <param name="sample">UTF-8 from the start of the content, without the lines to skip.</param>
    /// <param name="options">What the user said, which is not questioned; see <see cref="Check"/>.</param>
    /// <param name="whole">Whether the sample is the whole content.</param>
    public static DetectedDialect Detect(ReadOnlySpan<byte> sample, CsvOptions options, bool whole)
    {
        var sepLength = SepLine(sample, out var sep);
        var content = sample[sepLength..];

        var (best, reason) = options.Delimiter is { } given ? (Trial.Of(content, Dialect((byte)given, options), whole), "given")
            : sepLength > 0 ? (Trial.Of(content, Dialect(sep, options), whole), "named by the sep= line")
            : Choose(content, options, whole);
        var header = HeaderCheck.IsPlausible(content, best.Dialect, whole);
        var detected = new DetectedDialect
        {
            Dialect = best.Dialect,
            ContentOffset = sepLength,
            Columns = best.Columns,
            Sampled = best.Records,
            HeaderPlausible = header,
            Reason = reason,
            LikelyEscape = LikelyEscape(content, best, options),
            LikelyQuote = LikelyQuote(content, best, options),
            Notices = [],
        };
        return detected with { Notices = Notices(detected, best, options) };
    }

    private static (Trial Best, string Reason) Choose(ReadOnlySpan<byte> content, CsvOptions options, bool whole)
    {
        Trial? best = null;
        foreach (var candidate in Candidates)
        {
            if (IsTaken(candidate, options)) continue;
            // Without it every record is one field, which scores nothing: a run may have thousands of files to look at.
            if (!content.Contains(candidate)) continue;
            var trial = Trial.Of(content, Dialect(candidate, options), whole);
            if (trial.Score > (best?.Score ?? 0)) best = trial;
            // Every other one is met in quotes only, so none can be right.
            if (!trial.IsFlawless) continue;
            best = trial;
            break;
        }
        return best is null
            ? (Trial.Of(content, Dialect(Candidates.First(c => !IsTaken(c, options)), options), whole), "no separator found: one column")
            : (best, $"{best.Matching} of {best.Records} sampled records have {best.Columns} fields");
    }

    private static bool IsTaken(byte candidate, CsvOptions options) =>
        candidate == options.Quote || candidate == options.Escape || candidate == options.Comment;

    private static CsvDialect Dialect(byte delimiter, CsvOptions options)
    {
        var quote = (byte)options.Quote;
        return new(delimiter, quote, options.Escape is { } escape ? (byte)escape : quote, (byte)(options.Comment ?? '\0'));
    }

    /// <summary>The escape that quotes seem to have, or null.</summary>
    private static char? LikelyEscape(ReadOnlySpan<byte> content, Trial best, CsvOptions options) =>
        options.Escape is null && options.Quote != '\0' && best.Malformed > 0 && content.IndexOf((ReadOnlySpan<byte>)[(byte)'\\', (byte)options.Quote]) >= 0 ? '\\' : null;

    /// <summary>The quote that fields seem to have, or null.</summary>
    private static char? LikelyQuote(ReadOnlySpan<byte> content, Trial best, CsvOptions options) =>
        options.Quote == '"' && best.SingleQuoted * 2 > best.Records && !content.Contains((byte)'"') ? '\'' : null;

    private static List<string> Notices(DetectedDialect detected, Trial best, CsvOptions options)
    {
        var notices = new List<string>();
        if (detected.LikelyEscape is not null) notices.Add("quotes look escaped by a backslash: give --escape '\\'");
        if (detected.LikelyQuote is not null) notices.Add("fields look quoted by apostrophes: give --quote \"'\"");
        if (!options.NoHeader && best.First < best.Columns && best.Matching * 2 > best.Records)
            notices.Add($"the first record has {best.First} {(best.First == 1 ? "field" : "fields")} where most have {best.Columns}: give --skip-lines if the header comes after it");
        else if (!detected.HeaderPlausible && !options.NoHeader && best.Records > 0)
            notices.Add("the first record does not look like column names: give --no-header and --headers if it is data");
        return notices;
    }

    /// <summary>The bytes of a spreadsheet's <c>sep=;</c> line, break included; 0 when the text does not begin with one.</summary>
    private static int SepLine(ReadOnlySpan<byte> content, out byte separator)
    {
        separator = 0;
        var length = LineLength(content);
        var line = content[..length].TrimEnd("\r\n"u8);
        // Some programs write the line in quotes.
        if (line.Length == 7 && line[0] == '"' && line[6] == '"') line = line[1..6];
        if (line.Length != 5 || !Ascii.EqualsIgnoreCase(line[..4], "sep="u8)) return 0;
        if (line[4] is < 1 or > 127 || char.IsAsciiLetterOrDigit((char)line[4])) return 0;
        separator = line[4];
        return length;
    }

    private static int LineLength(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'\r', (byte)'\n');
        if (end < 0) return text.Length;
        return text[end] == '\r' && end + 1 < text.Length && text[end + 1] == '\n' ? end + 2 : end + 1;
    }

    private static void CheckCharacter(char? value, string option)
    {
        if (value is null or '\t' or (>= ' ' and < '\u007F')) return;
        // Control separators (U+001F, U+0001) are in use; line breaks and NUL cannot be.
        if (value is > '\0' and < ' ' and not ('\r' or '\n')) return;
        throw new PlanException("bad_dialect", $"{option} {Identifier.Show(value.Value.ToString())} is not possible; use one ASCII character that is not a line break");
    }

    /// <summary>The sample read with one separator.</summary>
    private sealed record Trial(CsvDialect Dialect, int Records, int Columns, int Matching, double Score, int Malformed, int SingleQuoted)
    {
        /// <summary>The fields of the first record.</summary>
        public int First { get; private init; }

        /// <summary>Whether all records have the same number of fields, more than one, and no field speaks for another separator.</summary>
        public bool IsFlawless { get; private init; }

        public static Trial Of(ReadOnlySpan<byte> content, CsvDialect dialect, bool whole)
        {
            var counts = new Dictionary<int, int>();
            ReadOnlySpan<byte> others = OthersIn(content, dialect.Delimiter);
            int records = 0, singleQuoted = 0, first = 0;
            long cells = 0, clean = 0;
            var reader = new SampleRecords(content, dialect, whole);
            while (records < MaxRecords && reader.Next())
            {
                records++;
                var fields = reader.Fields;
                if (records == 1) first = fields.Length;
                counts[fields.Length] = counts.GetValueOrDefault(fields.Length) + 1;
                var anySingle = false;
                foreach (var field in fields)
                {
                    var text = content.Slice(field.Start, field.Length);
                    cells++;
                    if (field.Quoted || IsClean(text, others)) clean++;
                    anySingle |= text.Length > 1 && text[0] == '\'' && text[^1] == '\'';
                }
                if (anySingle) singleQuoted++;
            }
            if (records == 0) return new(dialect, 0, 0, 0, 0, reader.Malformed, 0);
            var (columns, matching) = counts.OrderByDescending(c => c.Value).ThenByDescending(c => c.Key).First();
            var consistency = (double)matching / records;
            // More fields are a little more telling; broken quotes and other separators inside values tell against.
            var score = columns < 2 ? 0
                : consistency * consistency * clean / cells * (2 - (1.0 / columns))
                    / (1 + ((double)reader.Malformed / records) + (reader.OpenQuote ? 1 : 0));
            return new(dialect, records, columns, matching, score, reader.Malformed, singleQuoted)
            {
                First = first,
                IsFlawless = columns > 1 && matching == records && clean == cells && reader.Malformed == 0 && !reader.OpenQuote,
            };
        }

        /// <summary>The other candidates that occur at all.</summary>
        private static byte[] OthersIn(ReadOnlySpan<byte> content, byte delimiter)
        {
            var others = new List<byte>();
            foreach (var other in Candidates)
            {
                if (other != delimiter && content.Contains(other)) others.Add(other);
            }
            return [.. others];
        }

        /// <summary>Whether a value holds no other candidate, unless as a part of a number such as 1,5.</summary>
        private static bool IsClean(ReadOnlySpan<byte> text, ReadOnlySpan<byte> others)
        {
            foreach (var other in others)
            {
                if (text.Contains(other) && (other != ',' || !FieldShape.IsNumberLike(text))) return false;
            }
            return true;
        }
    }
}
