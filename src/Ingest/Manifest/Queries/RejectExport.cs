namespace Ingest.Manifest.Queries;

/// <summary>
/// Writes rejects as CSV in the source's own columns, followed by columns that say which reject it is and why: to be
/// corrected and given back to <see cref="RejectReplay"/>.
/// </summary>
public sealed class RejectExport
{
    /// <summary>What the names of the added columns start with; such columns are never part of the target.</summary>
    public const string Prefix = "_reject_";

    /// <summary>The column with the reject's id.</summary>
    public const string IdColumn = Prefix + "id";

    /// <summary>The column with the text of a record that does not split into the source's columns.</summary>
    public const string RawColumn = Prefix + "raw";

    private readonly ManifestReader reader;
    private readonly RejectFilter filter;
    private readonly List<RejectOrigin> origins;

    private RejectExport(ManifestReader reader, RejectFilter filter, List<RejectOrigin> origins)
    {
        this.reader = reader;
        this.filter = filter;
        this.origins = origins;
    }

    /// <summary>The added columns, in order, after those of the source.</summary>
    public static IReadOnlyList<string> AddedColumns { get; } =
        [IdColumn, Prefix + "record", Prefix + "line", Prefix + "code", Prefix + "column", Prefix + "message", RawColumn];

    /// <summary>Looks at what is to be exported, before anything is written.</summary>
    /// <exception cref="PlanException">The rejects come from files with different columns or for different tables.</exception>
    public static async Task<RejectExport> PrepareAsync(ManifestReader reader, RejectFilter filter, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ArgumentNullException.ThrowIfNull(filter);
        var origins = await reader.ListOriginsAsync(filter, cancellationToken);
        if (origins.Count > 0 && origins.Find(o => o.Target != origins[0].Target || !o.Header.SequenceEqual(origins[0].Header)) is { } other)
            throw RejectErrors.DifferentLayouts(origins[0], other);
        return new(reader, filter, origins);
    }

    /// <summary>Writes the rejects; returns their number. Of none, the added columns' names are written.</summary>
    public async Task<long> WriteAsync(TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        IReadOnlyList<string> header = origins.Count > 0 ? origins[0].Header : [];
        // A replayed file has the added columns already.
        var kept = Enumerable.Range(0, header.Count).Where(i => !header[i].StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        WriteRecord(output, kept.Select(i => new RawField(header[i], false)).Concat(AddedColumns.Select(name => new RawField(name, false))));

        var split = origins.ToDictionary(origin => origin.ManifestId, Splitter);
        long count = 0;
        await foreach (var reject in reader.ReadRejectsAsync(filter, cancellationToken))
        {
            WriteReject(output, reject, split[reject.ManifestId], header.Count, kept);
            count++;
        }
        return count;
    }

    private static Func<string, List<RawField>?> Splitter(RejectOrigin origin) =>
        RawJson.IsDialect(origin.Dialect) ? raw => RawJson.Split(raw, origin.Header) : RawRecord.Of(origin.Dialect).Split;

    private static void WriteReject(TextWriter output, RejectRow reject, Func<string, List<RawField>?> split, int columns, int[] kept)
    {
        var fields = reject.Raw is { } raw ? split(raw) : null;
        var fits = fields?.Count == columns;
        var unfit = fits ? "" : reject.Raw ?? "\\x" + System.Convert.ToHexStringLower(reject.RawBytes ?? []);
        WriteRecord(output,
        [
            .. kept.Select(i => fits ? fields![i] : new("", false)),
            new($"{reject.Id}", false),
            new($"{reject.Record}", false),
            new($"{reject.Line}", false),
            new(reject.Code, false),
            new(reject.Column ?? "", false),
            new(reject.Message, false),
            new(unfit, false),
        ]);
    }

    private static void WriteRecord(TextWriter output, IEnumerable<RawField> fields)
    {
        var separator = "";
        foreach (var field in fields)
        {
            output.Write(separator);
            separator = ",";
            var needsQuotes = field.IsQuoted || field.Value.AsSpan().IndexOfAny(",\"\r\n") >= 0;
            output.Write(needsQuotes ? "\"" + field.Value.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"" : field.Value);
        }
        output.Write('\n');
    }
}
