using Ingest.Formats;
using Ingest.Formats.Csv;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>The plan of a CSV file.</summary>
internal sealed class CsvFilePlan(CsvProbe probe, CsvOptions options, CsvLayout layout, MatchedColumns columns)
    : FilePlan(probe.File, probe.Identity, columns)
{
    /// <inheritdoc/>
    public override IReadOnlyList<string> Header => layout.Header;

    /// <inheritdoc/>
    public override string Dialect => DialectJson.Write(layout.Dialect);

    /// <inheritdoc/>
    public override bool CanReadAhead => probe.Compression == Compression.None;

    /// <inheritdoc/>
    public override IBlockReader OpenReader() => probe.Read(options, !options.NoHeader);

    /// <inheritdoc/>
    public override IBlockDecoder CreateDecoder(int lanes) => new CsvDecoder(layout, Columns.Layout, Dealer(lanes, Lanes.Dealer.TextStretch));

    /// <inheritdoc/>
    public override void Dispose() => probe.Dispose();

    /// <inheritdoc/>
    protected override IEnumerable<string> DescribeFormat()
    {
        var d = layout.Dialect;
        var compression = probe.Compression == Compression.None ? "" : $", {probe.Compression.ToString().ToLowerInvariant()}";
        yield return $"CSV{compression}, {probe.EncodingName}, separator {Show(d.Delimiter)}, quote {Show(d.Quote)}, {layout.Header.Count} columns ({probe.Detected.Reason})";
        if (probe.EncodingNotice is { } notice) yield return notice;
        foreach (var hint in probe.Detected.Notices) yield return hint;
    }

    private static string Show(byte c) => c switch { 0 => "none", (byte)'\t' => "tab", _ => $"'{(char)c}'" };
}
