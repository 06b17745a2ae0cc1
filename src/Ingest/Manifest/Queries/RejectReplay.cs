namespace Ingest.Manifest.Queries;

/// <summary>
/// Corrected rejects on their way back. Each record is loaded and its reject resolved in one transaction, so that it is applied
/// once: after an interruption, from another file, or from one that was edited since.
/// </summary>
public sealed class RejectReplay
{
    private readonly string name;
    private readonly ReplayFile file;

    private RejectReplay(string name, ReplayFile file)
    {
        this.name = name;
        this.file = file;
    }

    /// <summary>The rejects that the file names.</summary>
    public IReadOnlySet<long> Ids => file.Ids;

    /// <summary>The separator of the file: spreadsheets change it.</summary>
    public char Delimiter => file.Delimiter;

    /// <summary>Reads which rejects a file corrects.</summary>
    /// <param name="file">A CSV file in UTF-8 with the columns of <see cref="RejectExport"/>.</param>
    /// <exception cref="PlanException">The file cannot be read, has no column with the rejects' ids, or a record is not like the header.</exception>
    public static RejectReplay Open(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        if (file == "-") throw RejectErrors.StandardInput();
        return new(file, ReplayFile.Read(file));
    }

    /// <summary>Where the rejects were going.</summary>
    /// <exception cref="PlanException">No such rejects, or of several targets.</exception>
    public async Task<RejectOrigin> FindOriginAsync(ManifestReader reader, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var origins = await reader.ListOriginsAsync(Ids, cancellationToken);
        if (origins.Count == 0) throw RejectErrors.NoneOfThem(name);
        if (origins.Find(o => o.Target != origins[0].Target || o.Mode != origins[0].Mode) is { } other)
            throw RejectErrors.DifferentTargets(origins[0], other);
        return origins[0];
    }

    /// <summary>Which records are to be loaded, and which stay as they are.</summary>
    /// <param name="reader">The manifest.</param>
    /// <param name="restart">Whether what is resolved is loaded again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PlanException">The manifest does not have a reject: whether its record was loaded cannot be known.</exception>
    public async Task<Replay> PlanAsync(ManifestReader reader, bool restart, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var states = await reader.ReadStatesAsync(Ids, cancellationToken);
        long[] missing = [.. Ids.Where(id => !states.ContainsKey(id)).Order()];
        if (missing.Length > 0) throw RejectErrors.SomeMissing(name, missing);
        var resolved = restart ? [] : Ids.Where(id => states[id]).ToHashSet();
        return new()
        {
            IdColumn = RejectExport.IdColumn,
            Uncorrected = file.Uncorrected.Except(resolved).ToHashSet(),
            Resolved = resolved,
            Shared = file.Shared,
            Reopened = restart ? Ids.Except(file.Uncorrected).ToHashSet() : [],
        };
    }

    /// <summary>How many of the rejects a run has resolved.</summary>
    public Task<long> CountResolvedAsync(ManifestReader reader, Guid runId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(reader);
        return reader.CountResolvedAsync(Ids, runId, cancellationToken);
    }
}
