using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>The target's catalog entry, as far as a load depends on it.</summary>
internal sealed record TargetTable
{
    /// <summary>pg_class.oid.</summary>
    public required uint Oid { get; init; }

    /// <summary>The schema.</summary>
    public required string Schema { get; init; }

    /// <summary>The table.</summary>
    public required string Name { get; init; }

    /// <summary>pg_class.relkind: r table, p partitioned, f foreign, v view, m materialised view, …</summary>
    public required char Kind { get; init; }

    /// <summary>The columns that are there, in their order.</summary>
    public IReadOnlyList<TargetColumn> Columns { get; init; } = [];

    /// <summary>The indexes that ON CONFLICT can use: unique, valid, immediate, of plain columns, for all rows.</summary>
    public IReadOnlyList<UniqueIndex> UniqueIndexes { get; init; } = [];

    /// <summary>The unique indexes that are like those, but DEFERRABLE: ON CONFLICT also stumbles over one beside another on the same columns.</summary>
    public IReadOnlyList<UniqueIndex> DeferrableIndexes { get; init; } = [];

    /// <summary>The columns of the constraints and unique indexes that speak of one column alone, by their names.</summary>
    public IReadOnlyDictionary<string, string> ConstraintColumns { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether row-level security applies to this role: COPY into the table is not allowed then.</summary>
    public required bool HasRowSecurity { get; init; }

    /// <summary>Whether a BEFORE ROW trigger may change or drop inserted rows.</summary>
    public bool HasBeforeInsertTrigger { get; init; }

    /// <summary>Whether a BEFORE ROW trigger may change or drop updates.</summary>
    public bool HasBeforeUpdateTrigger { get; init; }

    /// <summary>Whether it has triggers other than those of foreign keys.</summary>
    public bool HasTrigger { get; init; }

    /// <summary>Whether a rule rewrites an INSERT into it: COPY would pass it by.</summary>
    public bool HasInsertRule { get; init; }

    /// <summary>Whether a rule rewrites an UPDATE of it: ON CONFLICT is refused then.</summary>
    public bool HasUpdateRule { get; init; }

    /// <summary>Whether its rows, or those of a partition, may be another server's, whose commit comes before this one's.</summary>
    public bool IsElsewhere { get; init; }

    /// <summary>Whether it, or a partition, is UNLOGGED: a server that crashes empties it.</summary>
    public required bool IsUnlogged { get; init; }

    /// <summary>Whether a constraint is checked at the end of the transaction.</summary>
    public bool HasDeferredConstraint { get; init; }

    /// <summary>Whether this role may create temporary tables.</summary>
    public required bool MayCreateTemp { get; init; }

    /// <summary>Whether this role may delete rows.</summary>
    public required bool MayDelete { get; init; }

    /// <summary>Whether this role may read all of its columns, those of the system too.</summary>
    public required bool MaySelect { get; init; }

    /// <summary>Whether no row is there.</summary>
    public bool IsEmpty { get; init; }

    /// <summary>Whether a BEFORE ROW trigger may drop rows that are inserted, or keep rows that are deleted.</summary>
    public bool MayDropRows { get; init; }

    /// <summary>The foreign keys by which its rows refer to others of its own.</summary>
    public IReadOnlyList<string> SelfReferences { get; init; } = [];

    /// <summary>Whether deleting a row deletes or changes rows that refer to it.</summary>
    public bool DeletesSpread { get; init; }

    /// <summary>Whether rows may conflict: it, or a partition, has a unique index or an exclusion constraint of whatever kind.</summary>
    public required bool HasConflicts { get; init; }

    /// <summary>Whether one of those is DEFERRABLE, which ON CONFLICT refuses.</summary>
    public bool HasDeferrableKey { get; init; }

    /// <summary>The name for messages and the manifest.</summary>
    public string FullName => Schema + "." + Name;

    /// <summary>The name for SQL text.</summary>
    public string QuotedName => Identifier.Quote(Schema) + "." + Identifier.Quote(Name);

    /// <summary>The primary key's columns, or null.</summary>
    public IReadOnlyList<string>? PrimaryKey => UniqueIndexes.FirstOrDefault(i => i.IsPrimary)?.Columns;

    /// <summary>The column of a name, or null.</summary>
    public TargetColumn? Find(string name) => Columns.FirstOrDefault(c => c.Name == name);

    /// <summary>Whether a column and the unique indexes on it hold only equal bytes equal.</summary>
    public bool IsDeterministic(string name) =>
        Find(name) is { Collation: null } && !UniqueIndexes.Any(i => i.IsCoarser && i.Columns.Contains(name));

    /// <summary>Whether a column's values may be equal as keys and differ in their bytes.</summary>
    public bool KeyVaries(TargetColumn column) => ColumnComparison.Varies(column.Type) || !IsDeterministic(column.Name);
}
