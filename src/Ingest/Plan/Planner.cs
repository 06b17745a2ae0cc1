using Ingest.Convert;
using Ingest.Lanes;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Plan;

/// <summary>Makes every decision of a run before its first row moves, and raises here every error that can be known here.</summary>
/// <param name="job">What is asked for.</param>
/// <param name="opening">The fronts of the sources that the job's patterns have led to; whoever began to open them closes them when the plan fails.</param>
/// <param name="connection">Where the target is.</param>
/// <param name="isLast">Whether no other attempt follows when another run makes the table at the same time.</param>
internal sealed class Planner(LoadJob job, Task<FilePreviews> opening, NpgsqlConnection connection, bool isLast)
{
    /// <summary>Before it, a stage is not in the order of its records (<see cref="StageSql.EmptyStage"/>).</summary>
    private const int OldestServer = 13;

    private readonly List<string> notes = [];
    private readonly FileNotes fileNotes = new();
    private readonly Dictionary<string, StageSql> statements = [];
    private Decision? last;

    /// <summary>Plans the run.</summary>
    /// <exception cref="PlanException">The run cannot work.</exception>
    /// <exception cref="SourceException">A file cannot be read.</exception>
    public async Task<RunPlan> PlanAsync(CancellationToken cancellationToken)
    {
        if (connection.PostgreSqlVersion.Major < OldestServer)
            throw PlanErrors.ServerTooOld(DsnDisplay.Show(new(connection.ConnectionString)), OldestServer, connection.PostgreSqlVersion);
        var (isReadOnly, zone) = (await connection.QueryAsync(
            CatalogSql.Session, [], r => (r.GetBoolean(0) || r.GetBoolean(1), r.GetString(2)), cancellationToken))[0];
        if (isReadOnly && !job.DryRun) throw PlanErrors.ReadOnly(DsnDisplay.Show(new(connection.ConnectionString)));
        var convert = job.Convert with { TimeZone = CatalogSql.IsUtc(zone) ? "UTC" : zone, ServerMajor = connection.PostgreSqlVersion.Major };

        // Whatever reads a pipe cannot be cancelled, but need not be waited for.
        var previews = await opening.WaitAsync(cancellationToken);
        notes.AddRange(CsvOnlyOptions.Notes(job, previews.All));
        var target = await TargetAsync(previews.First, cancellationToken);
        previews.First.Forget();
        Check(target);
        var key = Key(target);
        var planned = previews.All.Select(preview => PlanFile(preview, target, key, convert)).ToList();
        var oneLane = planned.Select(file => file.Plan.Columns.Layout).Distinct().Select(layout => WhyOneLane(target, layout)).FirstOrDefault(why => why is not null);
        if (job.Replay is { IsWhole: true }) oneLane ??= "records of one reject are applied together";
        if (oneLane is not null) notes.Add($"one lane: {oneLane}");
        var lanes = oneLane is null ? job.Concurrency : 1;
        var policy = Policy(target, planned);
        notes.Add($"into {target.FullName}: {Words(job.Mode)}{(key.Count > 0 ? $" on ({string.Join(", ", key)})" : "")}, {lanes} {(lanes == 1 ? "lane" : "lanes")}, batches of {job.ChunkSize} rows");
        return new(target, key, planned, lanes, policy, [.. fileNotes.Lines(), .. notes]);
    }

    private async Task<TargetTable> TargetAsync(FilePreview first, CancellationToken cancellationToken)
    {
        if (await CatalogReader.FindAsync(connection, job.Table, cancellationToken) is { } found) return found;
        if (!job.CreateTable) throw PlanErrors.NoTable(job.Table);
        var definition = TableDefinition.From(first, job);
        notes.Add(definition.Note);
        try
        {
            await connection.ExecuteAsync(definition.Sql, [], cancellationToken);
        }
        catch (PostgresException e) when (!SqlState.IsTransient(e) && (isLast || !SqlState.IsMadeMeanwhile(e)))
        {
            throw PlanErrors.CannotCreate(first.File.Name, job.Table, e);
        }
        return await CatalogReader.FindAsync(connection, job.Table, cancellationToken) ?? throw PlanErrors.NoTable(job.Table);
    }

    private void Check(TargetTable target)
    {
        var isTable = target.Kind is 'r' or 'p';
        if (!isTable && !(target.Kind is 'f' or 'v' && job.Mode == LoadMode.Append)) throw PlanErrors.WrongKind(target, Words(target.Kind));
        if (isTable && (target.HasInsertRule || (target.HasUpdateRule && job.Mode != LoadMode.Append))) throw PlanErrors.HasRules(target);
        if (!target.MayCreateTemp) throw PlanErrors.GrantTemp(connection.Database);
        if (job.Mode == LoadMode.Replace && !target.MayDelete) throw PlanErrors.GrantDelete(target);
        if (job.Mode == LoadMode.Replace && target.HasRowSecurity) throw PlanErrors.ReplaceHidden(target);
        foreach (var name in job.Headers ?? [])
        {
            var isKnown = target.Columns.Any(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (!isKnown && job.ExtraColumns == ExtraColumns.Error) throw PlanErrors.UnknownContractColumn(name, target);
        }
    }

    /// <summary>
    /// The columns by which records are the same. An append has none that matter, yet a primary key deals its records to
    /// lanes, so that which of two equal ones is refused does not depend on timing.
    /// </summary>
    private IReadOnlyList<string> Key(TargetTable target)
    {
        foreach (var column in job.Key)
        {
            if (target.Find(column) is null) throw PlanErrors.NoSuchKeyColumn(target, column);
        }
        if (job.Key.Count > 0)
        {
            CheckImmediate(target, job.Key);
            var isUnique = target.UniqueIndexes.Any(i => i.IsOn(job.Key));
            if (!isUnique && job.Mode != LoadMode.Append) throw PlanErrors.NoUniqueIndex(target, job.Key);
            return job.Key;
        }
        if (target.PrimaryKey is { } primary)
        {
            CheckImmediate(target, primary);
            return primary;
        }
        if (job.Mode != LoadMode.Upsert) return [];
        throw target.DeferrableIndexes.FirstOrDefault(i => i.IsPrimary) is { } deferrable ? PlanErrors.DeferrableKey(target, deferrable.Columns) : PlanErrors.NoKey(target);
    }

    private void CheckImmediate(TargetTable target, IReadOnlyList<string> key)
    {
        if (job.Mode != LoadMode.Append && target.DeferrableIndexes.Any(i => i.IsOn(key))) throw PlanErrors.DeferrableKey(target, key);
    }

    /// <summary>Files of the same columns share what is decided of them: a run may have thousands.</summary>
    private PlannedFile PlanFile(FilePreview preview, TargetTable target, IReadOnlyList<string> key, ConvertOptions convert)
    {
        if (last is not { } decided || !preview.SharesColumnsOf(decided.Preview)) last = decided = Decide(preview, target, key, convert);
        var plan = preview.Plan(decided.Columns, convert);
        fileNotes.Add(plan);
        return new(plan, decided.Sql, LoadOptionsText.Of(job, preview, decided.Columns, decided.Key, convert.TimeZone));
    }

    private Decision Decide(FilePreview preview, TargetTable target, IReadOnlyList<string> key, ConvertOptions convert)
    {
        // A key that fills itself (an identity) may be missing from a file that is appended.
        var isKeyOptional = job.Mode != LoadMode.Upsert && job.Key.Count == 0;
        var present = isKeyOptional && !ColumnMatch.Match(job, target, preview, [], convert).HasAll(key) ? [] : key;
        var columns = ColumnMatch.Match(job, target, preview, present, convert);
        var isReplace = job.Mode == LoadMode.Replace;
        if (isReplace && present.Count == 0 && target.DeletesSpread) throw PlanErrors.ReplaceSpreads(target);
        if (job.Mode == LoadMode.InsertIgnore && present.Count == 0 && target.HasDeferrableKey) throw PlanErrors.DeferrableConflicts(target);
        var destination = isReplace ? new ReplaceSql(job.ManifestSchema, target.Oid, target.QuotedName, target.Kind == 'p').Shadow : target.QuotedName;
        var spec = new MergeSpec(destination, [.. columns.Layout.Columns.Select(c => c.Sql)], Conflict(present), isReplace || (target.Kind != 'p' && target.MaySelect))
        {
            MayMatch = job.Mode == LoadMode.Upsert && target.Kind == 'r' && !target.HasRowSecurity && !target.HasTrigger,
            NullsAreKeys = target.UniqueIndexes.Any(i => i.NullsAreKeys && i.IsOn(present)) && columns.Layout.Columns.Any(c => c.Sql.IsNullableKey),
            MayDropInserts = job.Mode == LoadMode.Upsert && target.HasBeforeInsertTrigger,
            MayDropUpdates = job.Mode == LoadMode.Upsert && target.HasBeforeUpdateTrigger,
            ConstraintColumns = target.ConstraintColumns,
            SelfReferences = target.SelfReferences,
            Planned = isReplace ? null : new(
                target.Oid, [.. columns.Layout.Columns.Select(c => target.Find(c.Sql.Name)!.DeclaredOid)],
                target.HasBeforeInsertTrigger, target.HasBeforeUpdateTrigger),
        };
        var sql = new StageSql(spec);
        if (statements.TryGetValue(sql.CreateStage + sql.CopyToTarget, out var known)) sql = known;
        else statements.Add(sql.CreateStage + sql.CopyToTarget, sql);
        if (isReplace && statements.Count > 1) throw PlanErrors.ReplaceLayouts(preview.File.Name, job.Files[0]);
        return new(preview, columns, present, sql);
    }

    /// <summary>
    /// Keys whose equality the client cannot see must all go through one lane, and so must rows that depend on each other. One
    /// file of a run with such a key is enough: all of them go through the same lanes.
    /// </summary>
    private string? WhyOneLane(TargetTable target, RowLayout layout)
    {
        if (job.Replay is not null) return "the records that a reject was corrected into are applied in their order";
        if (job.Mode == LoadMode.InsertIgnore && layout.Key.Count == 0 && target.HasConflicts)
            return "rows may conflict on an index that is not dealt by";
        if (target.SelfReferences.Count > 0)
            return $"rows may refer to others of the table ({target.SelfReferences[0]}), and a lane does not see what another has not committed";
        foreach (var place in layout.Key)
        {
            var column = layout.Columns[place];
            if (!IsExact(target, column)) return $"the database may hold values of key column {column.Sql.Name} equal that differ in their bytes";
        }
        return null;
    }

    /// <summary>Whether equal values of a key column always have equal bytes.</summary>
    private static bool IsExact(TargetTable target, RowColumn column) =>
        column.Encoder.KeyEquality != KeyEquality.Coarser && column.Sql.CastType is null && target.IsDeterministic(column.Sql.Name);

    private LoadPolicy Policy(TargetTable target, List<PlannedFile> files)
    {
        var layouts = files.Select(f => f.Plan.Columns.Layout).ToArray();
        // COPY does not say how many rows a trigger has let through; another server may have one.
        var canCopy = ((target.Kind is 'r' or 'p' && !target.HasRowSecurity && !target.HasBeforeInsertTrigger && !target.IsElsewhere) || job.Mode == LoadMode.Replace)
            && layouts.All(l => l.Columns.All(c => c.IsNative));
        var isExact = layouts.All(l => l.Key.All(k => IsExact(target, l.Columns[k])));
        var isReplace = job.Mode == LoadMode.Replace;
        var isKeyed = job.Mode == LoadMode.Upsert || (isReplace && layouts[0].Key.Count > 0);
        var isPlain = job.Mode == LoadMode.Append || (isReplace && !isKeyed);
        return new(
            job.Mode,
            isKeyed ? job.OnDuplicate ?? OnDuplicate.Last : OnDuplicate.Last,
            Direct: canCopy && (isPlain || (isKeyed && job.OnDuplicate is null or OnDuplicate.Last && isExact)),
            StartsDirect: isPlain || isReplace || target.IsEmpty,
            HasKey: isKeyed,
            KeyIsExact: isExact,
            HasDeferredConstraints: target.HasDeferredConstraint)
        {
            Replay = job.Replay,
        };
    }

    private ConflictAction Conflict(IReadOnlyList<string> key) => job.Mode switch
    {
        LoadMode.Upsert => ConflictAction.Update,
        LoadMode.Replace when key.Count > 0 => ConflictAction.Update,
        LoadMode.InsertIgnore => ConflictAction.Nothing,
        _ => ConflictAction.None,
    };

    private static string Words(LoadMode mode) => mode switch
    {
        LoadMode.Upsert => "upsert",
        LoadMode.Append => "append",
        LoadMode.InsertIgnore => "insert-ignore",
        _ => "replace",
    };

    private static string Words(char kind) => kind switch
    {
        'v' => "a view",
        'm' => "a materialised view",
        'f' => "a foreign table",
        'S' => "a sequence",
        'i' or 'I' => "an index",
        'c' => "a composite type",
        _ => $"a relation of kind {kind}",
    };

    /// <summary>What is decided of a file's columns.</summary>
    private sealed record Decision(FilePreview Preview, MatchedColumns Columns, IReadOnlyList<string> Key, StageSql Sql);
}
