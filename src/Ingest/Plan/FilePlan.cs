using Ingest.Formats;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>One file of a run with every decision made: what is read, how it converts, where it goes.</summary>
internal sealed class FilePlan : IDisposable
{
    private readonly CsvProbe probe;
    private readonly CsvOptions options;
    private readonly bool hasHeader;
    private readonly CsvLayout layout;

    /// <summary>A plan for a CSV file.</summary>
    public FilePlan(CsvProbe probe, CsvOptions options, bool hasHeader, CsvLayout layout, MatchedColumns columns)
    {
        this.probe = probe;
        this.options = options;
        this.hasHeader = hasHeader;
        this.layout = layout;
        Columns = columns;
        FileName = probe.Identity?.CanonicalPath ?? probe.File.Name;
    }

    /// <summary>The file as the user named it.</summary>
    public string Name => probe.File.Name;

    /// <summary>The file's identity in the manifest.</summary>
    public string FileName { get; }

    /// <summary>The bytes as stored, or null for a pipe.</summary>
    public long? Size => probe.RawLength;

    /// <summary>The file's identity on disk, or null for a pipe.</summary>
    public SourceIdentity? Identity => probe.Identity;

    /// <summary>The file's column names.</summary>
    public IReadOnlyList<string> Header => layout.Header;

    /// <summary>What becomes of the columns.</summary>
    public MatchedColumns Columns { get; }

    /// <summary>How a raw record is split, as JSON, for the export of rejects.</summary>
    public string Dialect => DialectJson.Write(layout.Dialect);

    /// <summary>What the operator should know, a line each.</summary>
    public IEnumerable<string> Describe()
    {
        var d = layout.Dialect;
        var compression = probe.Compression == Compression.None ? "" : $", {probe.Compression.ToString().ToLowerInvariant()}";
        yield return $"{Name}: CSV{compression}, {probe.EncodingName}, separator {Show(d.Delimiter)}, quote {Show(d.Quote)}, {layout.Header.Count} columns ({probe.Detected.Reason})";
        if (probe.EncodingNotice is { } notice) yield return $"{Name}: {notice}";
        foreach (var hint in probe.Detected.Notices) yield return $"{Name}: {hint}";
        if (Columns.Extra.Count > 0) yield return $"{Name}: left out: {string.Join(", ", Columns.Extra.Select(Identifier.Show))}";
    }

    /// <summary>Opens the file at its front.</summary>
    public IBlockReader OpenReader() => probe.Read(options, hasHeader);

    /// <summary>A decoder for one worker.</summary>
    public IBlockDecoder CreateDecoder(int lanes) => new CsvDecoder(layout, Columns.Layout, new Dealer(lanes, Dealer.TextStretch));

    /// <summary>Closes what the plan still holds open.</summary>
    public void Dispose() => probe.Dispose();

    private static string Show(byte c) => c switch { 0 => "none", (byte)'\t' => "tab", _ => $"'{(char)c}'" };
}
