using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>Decides which field of a file becomes which column of the target, and how its values convert.</summary>
internal sealed class ColumnMatch
{
    private readonly LoadJob job;
    private readonly TargetTable target;
    private readonly FilePreview preview;
    private readonly string file;
    private readonly ConvertOptions convert;

    private ColumnMatch(LoadJob job, TargetTable target, FilePreview preview, ConvertOptions convert)
    {
        this.job = job;
        this.target = target;
        this.preview = preview;
        file = preview.File.Name;
        this.convert = convert;
    }

    /// <summary>Matches a file's columns.</summary>
    /// <param name="job">The job.</param>
    /// <param name="target">The target.</param>
    /// <param name="preview">The file.</param>
    /// <param name="key">The conflict target's columns.</param>
    /// <param name="convert">How values are written, with the session's time zone.</param>
    /// <exception cref="PlanException">A column is missing, superfluous, ambiguous, or cannot be written.</exception>
    public static MatchedColumns Match(
        LoadJob job, TargetTable target, FilePreview preview, IReadOnlyList<string> key, ConvertOptions convert) =>
        new ColumnMatch(job, target, preview, convert).Match(preview.Header, key);

    private MatchedColumns Match(IReadOnlyList<string> header, IReadOnlyList<string> key)
    {
        var fieldOf = new Dictionary<TargetColumn, int>();
        var extra = new List<string>();
        for (var i = 0; i < header.Count; i++)
        {
            if (job.IgnoredColumnPrefix is { } prefix && header[i].StartsWith(prefix, StringComparison.Ordinal)) continue;
            if (Find(header[i], i + 1, header) is not { } column || !IsInContract(column)) extra.Add(header[i]);
            else if (!fieldOf.TryAdd(column, i)) throw PlanErrors.TwoFieldsOneColumn(file, header[fieldOf[column]], header[i], column.Name);
        }
        if (extra.Count > 0 && job.ExtraColumns == ExtraColumns.Error) throw PlanErrors.ExtraColumns(file, extra, target);
        if (fieldOf.Count == 0) throw PlanErrors.NoColumnMatches(file, header, target);

        AddMissing(header, fieldOf);
        foreach (var name in key)
        {
            if (target.Find(name) is not { } column || !fieldOf.ContainsKey(column)) throw PlanErrors.KeyNotInFile(file, name, header);
        }

        var columns = target.Columns.Where(fieldOf.ContainsKey).ToArray();
        foreach (var column in columns) CheckWritable(column, key);
        var rowColumns = columns.Select(c => RowColumnOf(c, fieldOf[c], key)).ToArray();
        var keyPlaces = key.Select(k => Array.FindIndex(columns, c => c.Name == k)).ToArray();
        return new(
            columns,
            new RowLayout(rowColumns, keyPlaces),
            [.. columns.Select(c => fieldOf[c])],
            [.. columns.Select(c => IsText(c.Type))],
            extra);
    }

    /// <summary>A file with a header of its own is held to the names of --headers.</summary>
    private bool IsInContract(TargetColumn column) =>
        !preview.HasOwnHeader || job.Headers is not { } contract || Names(contract, column);

    private bool Names(IReadOnlyList<string> contract, TargetColumn column) => contract.Where((name, i) => Find(name, i + 1, contract) == column).Any();

    /// <summary>Exactly, then without regard to case, then as the name that --create-table would have given the column.</summary>
    private TargetColumn? Find(string name, int number, IReadOnlyList<string> header)
    {
        if (target.Find(name) is { } exact) return exact;
        var folded = target.Columns.Where(c => c.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToArray();
        if (folded.Length == 1 && !header.Contains(folded[0].Name)) return folded[0];
        if (folded.Length > 1) throw PlanErrors.AmbiguousColumn(file, name, [.. folded.Select(c => c.Name)]);
        if (Normalize(name, number) is not { } normal) return null;
        var normalized = target.Columns.Where(c => c.Name.Equals(normal, StringComparison.OrdinalIgnoreCase)).ToArray();
        return normalized.Length == 1 && !header.Contains(normalized[0].Name) ? normalized[0] : null;
    }

    /// <summary>Null for a header that no created table has a column for: a column of that name is an extra one, not an error here.</summary>
    private static string? Normalize(string header, int number)
    {
        try
        {
            return ColumnName.Normalize(header, number);
        }
        catch (PlanException)
        {
            return null;
        }
    }

    /// <summary>A column that the file should have and has not: left to its default, filled when tolerant, else an error.</summary>
    private void AddMissing(IReadOnlyList<string> header, Dictionary<TargetColumn, int> fieldOf)
    {
        var contract = job.Headers ?? [];
        foreach (var column in target.Columns.Where(c => !fieldOf.ContainsKey(c) && !c.IsGenerated))
        {
            var isPromised = Names(contract, column);
            if (job.Tolerant && (isPromised || (column.NotNull && !column.HasDefault))) fieldOf[column] = -1;
            else if (isPromised) throw PlanErrors.MissingContractColumn(file, column.Name, header);
            else if (column.NotNull && !column.HasDefault) throw PlanErrors.MissingColumn(file, column.Name, target, IsText(column.Type));
        }
    }

    /// <summary>
    /// A key is compared, and changed only where equal ones differ in their bytes; a replacement without one deletes and
    /// inserts, and copies the table's definition.
    /// </summary>
    private void CheckWritable(TargetColumn column, IReadOnlyList<string> key)
    {
        if (column.IsGenerated) throw PlanErrors.GeneratedColumn(file, column.Name, target);
        if (!column.MayInsert) throw PlanErrors.Grant("INSERT", target, column.Name);
        var isKey = key.Contains(column.Name);
        var updates = job.Mode == LoadMode.Upsert || (job.Mode == LoadMode.Replace && key.Count > 0);
        if (updates && (!isKey || target.KeyVaries(column)) && column.Identity != 'a' && !column.MayUpdate) throw PlanErrors.Grant("UPDATE", target, column.Name);
        var reads = job.Mode is LoadMode.Upsert or LoadMode.Replace || (job.Mode == LoadMode.InsertIgnore && isKey);
        if (reads && !column.MaySelect) throw PlanErrors.Grant("SELECT", target, column.Name);
    }

    private RowColumn RowColumnOf(TargetColumn column, int field, IReadOnlyList<string> key)
    {
        var native = preview.FindEncoder(field, column.Type, convert);
        var route = native is null ? TextRouteOf(column, field) : null;
        var isKey = key.Contains(column.Name);
        return new(
            new StageColumn(
                column.Name,
                StageType: route?.StageType ?? column.StageType,
                CastType: native is null ? column.BareType : null,
                TargetType: column.DeclaredType,
                IsKey: isKey,
                IsNullableKey: isKey && !column.NotNull,
                CanUpdate: column.Identity != 'a')
            {
                Collation = native is null ? null : column.Collation,
                Input = native is null ? TypeInput.Of(column.Type.Oid, column.Type.Modifier) : null,
                Comparison = ColumnComparison.Of(column),
                ComparedAs = ColumnComparison.As(column, native is null),
                KeyType = ColumnComparison.KeyType(column, native is null),
                KeyVaries = target.KeyVaries(column),
                EqualTo = column.EqualTo,
                KeyOrder = ColumnComparison.OrderOf(column),
            },
            column.Type,
            native ?? route!.Encoder,
            IsNative: native is not null && !column.IsDomain);
    }

    private TextRoute TextRouteOf(TargetColumn column, int field)
    {
        var options = preview.OptionsOf(field, convert);
        if (field >= 0 && TextRoute.IgnoredOption(column.Type, options) is { } option)
            throw PlanErrors.OptionInside(file, column.Name, column.DeclaredType, option);
        return TextRoute.Of(column.Type, options);
    }

    /// <summary>Whether the empty string is a value of the type.</summary>
    private static bool IsText(PgType type) =>
        type.Oid is TypeOids.Text or TypeOids.Varchar or TypeOids.Bpchar or TypeOids.Name or TypeOids.Bytea or TypeOids.Char or TypeOids.VarBit
            or TypeOids.Xml or TypeOids.TsVector or TypeOids.TsQuery or TypeOids.RefCursor or TypeOids.OidVector or TypeOids.Int2Vector
        || type is { Kind: 'b', Name: "citext" or "hstore" or "ltree" };
}
