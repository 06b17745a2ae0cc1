using System.Globalization;

namespace Ingest.Manifest.Queries;

/// <summary>
/// Corrected rejects on their way back. The file is loaded like any other, with resume, so its records are applied
/// exactly once; marking comes after, can be repeated, and so survives a crash in between.
/// </summary>
public sealed class RejectReplay
{
    private readonly string file;
    private readonly char delimiter;
    private readonly HashSet<long> ids;

    private RejectReplay(string file, char delimiter, HashSet<long> ids)
    {
        this.file = file;
        this.delimiter = delimiter;
        this.ids = ids;
    }

    /// <summary>The rejects that the file corrects.</summary>
    public IReadOnlyCollection<long> Ids => ids;

    /// <summary>The separator of the file: spreadsheets change it.</summary>
    public char Delimiter => delimiter;

    /// <summary>Reads which rejects a file corrects.</summary>
    /// <param name="file">A CSV file in UTF-8 with the columns of <see cref="RejectExport"/>.</param>
    /// <exception cref="PlanException">The file has no column with the rejects' ids, or an id is none.</exception>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    public static RejectReplay Open(string file)
    {
        ArgumentNullException.ThrowIfNull(file);
        try
        {
            using var reader = new StreamReader(file);
            var (delimiter, names) = ReadHeader(reader, file);
            var column = names.FindIndex(name => name.Value == RejectExport.IdColumn);
            if (column < 0) throw RejectErrors.NoIdColumn(file);
            return new(file, delimiter, ReadIds(reader, delimiter, column, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RejectErrors.Unreadable(file, e);
        }
    }

    /// <summary>Where the rejects were going.</summary>
    /// <exception cref="PlanException">No such rejects, or of several targets.</exception>
    public async Task<RejectOrigin> FindOriginAsync(ManifestReader reader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var origins = await reader.ListOriginsAsync(Ids, cancellationToken);
        if (origins.Count == 0) throw RejectErrors.NoneOfThem(file);
        if (origins.Find(o => o.Target != origins[0].Target || o.Mode != origins[0].Mode) is { } other)
            throw RejectErrors.DifferentTargets(origins[0], other);
        return origins[0];
    }

    /// <summary>
    /// Marks the rejects as resolved; call it when the file's load succeeded. A record that was rejected again has a new
    /// reject with its newer text, so that each record has one open reject at most.
    /// </summary>
    /// <returns>How many open rejects were resolved.</returns>
    public Task<int> ResolveAsync(ManifestReader reader, Guid runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.ResolveAsync(ids, runId, cancellationToken);
    }

    private static (char Delimiter, List<RawField> Names) ReadHeader(StreamReader reader, string file)
    {
        var line = reader.ReadLine() ?? throw RejectErrors.NoIdColumn(file);
        foreach (var delimiter in (char[])[',', ';', '\t', '|'])
        {
            var names = new RawRecord(delimiter, '"', '"').Split(line);
            if (names is not null && names.Exists(name => name.Value == RejectExport.IdColumn)) return (delimiter, names);
        }
        throw RejectErrors.NoIdColumn(file);
    }

    private static HashSet<long> ReadIds(StreamReader reader, char delimiter, int column, string file)
    {
        var dialect = new RawRecord(delimiter, '"', '"');
        var ids = new HashSet<long>();
        for (var record = 1; dialect.Read(reader) is { } fields; record++)
        {
            if (fields is [{ Value.Length: 0 }]) continue;
            if (column >= fields.Count || !long.TryParse(fields[column].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                throw RejectErrors.BadId(file, record);
            ids.Add(id);
        }
        return ids;
    }
}
