using System.Text;
using Ingest.Formats.Csv;
using Ingest.Manifest.Queries;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>What the front of a CSV file says of it, and the table that fits.</summary>
public sealed record FileInspection
{
    private const int MostRecords = 5;

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The bytes as stored, or null for a pipe.</summary>
    public long? Bytes { get; init; }

    /// <summary>The compression's name.</summary>
    public required string Compression { get; init; }

    /// <summary>The encoding's name.</summary>
    public required string Encoding { get; init; }

    /// <summary>The dialect.</summary>
    public required CsvDialect Dialect { get; init; }

    /// <summary>How the dialect was told, in a few words.</summary>
    public required string Reason { get; init; }

    /// <summary>What the user may want to look at.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>The columns: the file's name for each, the column's name, its type.</summary>
    public required IReadOnlyList<(string Header, string Column, string Type)> Columns { get; init; }

    /// <summary>The records that the types were inferred from.</summary>
    public required long Sampled { get; init; }

    /// <summary>The first records.</summary>
    public required IReadOnlyList<IReadOnlyList<string>> Records { get; init; }

    /// <summary>The CREATE TABLE statement that fits.</summary>
    public required string CreateTable { get; init; }

    /// <summary>The options that a load needs beside those of the job.</summary>
    public required IReadOnlyList<string> LoadOptions { get; init; }

    /// <summary>Looks at the front of the job's one file.</summary>
    /// <exception cref="SourceException">The file cannot be read, or is empty.</exception>
    /// <exception cref="PlanException">The pattern matches no file or several, a name cannot be made an identifier, or the key is not in the file.</exception>
    public static FileInspection Of(LoadJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var file = FileGlob.Single(job.Files, job.StandardInput);
        using var probe = CsvProbe.Open(file, job.Csv);
        var (escape, quote) = (probe.Detected.LikelyEscape, probe.Detected.LikelyQuote);
        string[] likely = escape is not null ? ["--escape", $"{escape}"] : quote is not null ? ["--quote", $"{quote}"] : [];
        // A pipe cannot be read again.
        if (likely.Length == 0 || file.IsStdin) return Of(job, probe, [], likely);
        var said = job with { Csv = job.Csv with { Escape = escape ?? job.Csv.Escape, Quote = quote ?? job.Csv.Quote } };
        using var again = CsvProbe.Open(file, said.Csv);
        return Of(said, again, probe.Detected.Notices.Take(1), likely);
    }

    private static FileInspection Of(LoadJob job, CsvProbe probe, IEnumerable<string> likely, IReadOnlyList<string> options)
    {
        var first = probe.FirstRecord;
        if (first.Count == 0 && (job.Headers is null || !job.Csv.NoHeader)) throw PlanErrors.NoFirstRecord(probe.File.Name, job.Csv);
        var header = job.Headers ?? (job.Csv.NoHeader ? [.. first.Select((_, i) => $"column_{i + 1}")] : first);
        var names = ColumnName.Normalize(header, probe.File.Name);
        TableDefinition.CheckKey(probe.File.Name, job, names);
        var values = LikelyValues.Of(probe, names, job);
        var types = values.Types.Types;
        var unnamed = names.Where((_, i) => header[i].Length == 0).ToArray();
        var notices = new List<string>(likely.Concat(probe.Detected.Notices));
        if (unnamed.Length > 0) notices.Add($"the header has no name for {string.Join(", ", unnamed)}: a load needs --extra-columns ignore");
        if (probe.EncodingNotice is { } notice) notices.Add(notice);
        notices.AddRange(values.Notices);
        notices.AddRange(CreateTableSql.Notices(names));
        return new()
        {
            File = probe.File.Name,
            Bytes = probe.RawLength,
            Compression = probe.Compression.ToString().ToLowerInvariant(),
            Encoding = probe.EncodingName,
            Dialect = probe.Dialect,
            Reason = probe.Detected.Reason,
            Notices = notices,
            Columns = [.. header.Select((name, i) => (name, names[i], types[i]))],
            Sampled = values.Types.Sampled,
            Records = ReadRecords(probe, job.Csv.NoHeader),
            CreateTable = CreateTableSql.Build(job.Table, [.. names.Zip(types)], job.Key),
            LoadOptions =
            [
                .. options,
                .. values.Options,
                .. (string[])(job.Csv.NoHeader && job.Headers is null ? ["--headers", string.Join(',', names)] : []),
                .. (string[])(unnamed.Length > 0 ? ["--extra-columns", "ignore"] : []),
            ],
        };
    }

    private static List<IReadOnlyList<string>> ReadRecords(CsvProbe probe, bool noHeader)
    {
        var from = noHeader ? probe.Detected.ContentOffset : probe.FirstRecordEnd;
        using var reader = new StreamReader(new MemoryStream(probe.Sample[from..].ToArray()), new UTF8Encoding(false));
        var dialect = new RawRecord((char)probe.Dialect.Delimiter, (char)probe.Dialect.Quote, (char)probe.Dialect.Escape);
        var records = new List<IReadOnlyList<string>>();
        while (records.Count < MostRecords && dialect.Read(reader) is { } fields)
        {
            if (fields is not [{ Value.Length: 0 }]) records.Add(fields.ConvertAll(field => field.Value));
        }
        return records;
    }
}
