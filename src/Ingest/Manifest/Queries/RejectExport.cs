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

    private readonly ManifestReader reader;
    private readonly TextWriter output;

    /// <summary>An export from <paramref name="reader"/> to <paramref name="output"/>.</summary>
    public RejectExport(ManifestReader reader, TextWriter output)
    {
        this.reader = reader;
        this.output = output;
    }

    /// <summary>The added columns, in order, after those of the source.</summary>
    public static IReadOnlyList<string> AddedColumns { get; } =
        [IdColumn, Prefix + "record", Prefix + "line", Prefix + "code", Prefix + "column", Prefix + "message", Prefix + "raw"];

    /// <summary>Writes the rejects; returns their number.</summary>
    /// <exception cref="PlanException">The rejects come from files with different columns or for different tables.</exception>
    public async Task<long> WriteAsync(RejectFilter filter, CancellationToken cancellationToken)
    {
        var origins = await reader.ListOriginsAsync(filter, cancellationToken);
        if (origins.Count == 0) return 0;
        if (origins.Find(o => o.Target != origins[0].Target || !o.Header.SequenceEqual(origins[0].Header)) is { } other)
            throw RejectErrors.DifferentLayouts(origins[0], other);

        var header = origins[0].Header;
        // A replayed file has the added columns already.
        var kept = Enumerable.Range(0, header.Count).Where(i => !header[i].StartsWith(Prefix, StringComparison.Ordinal)).ToArray();
        WriteRecord(kept.Select(i => new RawField(header[i], false)).Concat(AddedColumns.Select(name => new RawField(name, false))));

        var split = origins.ToDictionary(origin => origin.ManifestId, Splitter);
        long count = 0;
        await foreach (var reject in reader.ReadRejectsAsync(filter, cancellationToken))
        {
            WriteReject(reject, split[reject.ManifestId], header.Count, kept);
            count++;
        }
        return count;
    }

    private static Func<string, List<RawField>?> Splitter(RejectOrigin origin) =>
        RawJson.IsDialect(origin.Dialect) ? raw => RawJson.Split(raw, origin.Header) : RawRecord.Of(origin.Dialect).Split;

    private void WriteReject(RejectRow reject, Func<string, List<RawField>?> split, int columns, int[] kept)
    {
        var fields = reject.Raw is { } raw ? split(raw) : null;
        var fits = fields?.Count == columns;
        var unfit = fits ? "" : reject.Raw ?? "\\x" + System.Convert.ToHexStringLower(reject.RawBytes ?? []);
        WriteRecord(
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

    private void WriteRecord(IEnumerable<RawField> fields)
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
