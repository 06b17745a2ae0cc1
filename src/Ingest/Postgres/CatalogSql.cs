namespace Ingest.Postgres;

/// <summary>
/// The questions to the system catalogs (PostgreSQL documentation, chapter "System Catalogs"). What has the catalogs' own
/// type "char" is read as text: <see cref="Connections"/> do not load the server's types.
/// </summary>
internal static class CatalogSql
{
    /// <summary>
    /// A relation by its quoted name, through the search path where no schema is given. Last come whether it may have more than
    /// that (<see cref="Attached"/>), and whether indexes or constraints: of what it has none, nothing need be asked. The flags are true where
    /// there is some, though perhaps also where there no longer is (documentation of pg_class). A new session spends milliseconds on each
    /// catalog that it looks into for the first time.
    /// </summary>
    public const string Relation = """
        SELECT c.oid, n.nspname::text, c.relname::text, c.relkind::text, row_security_active(c.oid),
          has_database_privilege(current_database(), 'TEMP'), has_table_privilege(c.oid, 'DELETE'), c.relpersistence = 'u',
          EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND (i.indisunique OR i.indisexclusion)),
          has_table_privilege(c.oid, 'SELECT'), c.relkind <> 'r' OR c.relispartition OR c.relhastriggers OR c.relhasrules, c.relhasindex OR c.relchecks > 0
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.oid = to_regclass($1)
        """;

    /// <summary>
    /// What else a relation has, where it is no plain table: triggers (those of foreign keys and of constraints that may be deferred
    /// too), rules, partitions. Triggers, constraints and indexes of a partition count as the table's own, and what a partition refers
    /// to in a table that it belongs to as its own rows.
    /// </summary>
    public const string Attached = """
        SELECT
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ANY (parts) AND NOT t.tgisinternal AND (t.tgtype & 7) = 7 AND t.tgenabled <> 'D'),
          EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = ANY (parts) AND k.condeferred),
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D'),
          EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '3' AND w.ev_enabled <> 'D'),
          EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type = '2' AND w.ev_enabled <> 'D'),
          c.relkind IN ('f', 'v') OR EXISTS (SELECT FROM pg_class p WHERE p.oid = ANY (parts) AND p.relkind = 'f'),
          EXISTS (SELECT FROM pg_class p WHERE p.oid = ANY (parts) AND p.relpersistence = 'u'),
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ANY (parts) AND NOT t.tgisinternal AND (t.tgtype & 3) = 3 AND (t.tgtype & 12) <> 0 AND t.tgenabled <> 'D'),
          ARRAY(SELECT k.conname::text FROM pg_constraint k WHERE k.conrelid = ANY (parts) AND k.contype = 'f'
            AND (k.confrelid = ANY (parts) OR k.confrelid IN (SELECT relid FROM pg_partition_ancestors(c.oid)))),
          EXISTS (SELECT FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint
            WHERE t.tgrelid = ANY (parts) AND k.confrelid = t.tgrelid AND k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd')),
          EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ANY (parts) AND (i.indisunique OR i.indisexclusion)),
          EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ANY (parts) AND (i.indisunique OR i.indisexclusion) AND NOT i.indimmediate),
          EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = ANY (parts) AND NOT t.tgisinternal AND (t.tgtype & 19) = 19 AND t.tgenabled <> 'D')
        FROM pg_class c,
          LATERAL (SELECT ARRAY(SELECT c.oid UNION SELECT relid::oid FROM pg_partition_tree(c.oid))) p (parts)
        WHERE c.oid = $1
        """;

    private const string ColumnFacts = """
        SELECT a.attname::text, t.oid, n.nspname::text, t.typname::text, t.typtype::text, b.modifier,
          format_type(t.oid, b.modifier), format_type(a.atttypid, a.atttypmod),
          a.attnotnull OR b.not_null, a.atthasdef OR a.attidentity <> '', a.attidentity::text, a.attgenerated <> '',
          CASE WHEN NOT o.collisdeterministic THEN quote_ident(oc.nspname) || '.' || quote_ident(o.collname) END,
          has_column_privilege($1, a.attnum, 'INSERT'), has_column_privilege($1, a.attnum, 'UPDATE'), has_column_privilege($1, a.attnum, 'SELECT'), a.atttypid,
        """;

    private const string ColumnsWithTypes = """
          JOIN pg_namespace n ON n.oid = t.typnamespace
          LEFT JOIN pg_collation o ON o.oid = a.attcollation
          LEFT JOIN pg_namespace oc ON oc.oid = o.collnamespace
        WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
        """;

    /// <summary>
    /// The columns of a relation, and for each last whether <see cref="Columns"/> has no more to say of it: its type is of one part
    /// and the server's own, or an enum. The bare type is asked for with modifier −1: without one, format_type writes character and
    /// bit, which as SQL mean a length of one.
    /// </summary>
    public const string PlainColumns = ColumnFacts + """

          t.typtype = 'e' OR (t.typtype = 'b' AND t.typcategory <> 'A' AND t.typnamespace = 'pg_catalog'::regnamespace)
        FROM pg_attribute a
          JOIN pg_type t ON t.oid = a.atttypid
          CROSS JOIN LATERAL (SELECT a.atttypmod, false) b (modifier, not_null)

        """ + ColumnsWithTypes;

    /// <summary>
    /// The same, but a domain is followed to its base type. Last come the types inside of an array, a range or a composite one
    /// (multiranges are new in PostgreSQL 14, and an older catalog has no column for them), and the equality of an extension's type,
    /// whose schema need not be in the search path.
    /// </summary>
    public const string Columns = """
        WITH RECURSIVE base AS (
          SELECT a.attnum, t.oid, t.typtype, t.typbasetype, t.typtypmod, a.atttypmod AS modifier, t.typnotnull AS not_null
          FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
          WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
          UNION ALL
          SELECT b.attnum, t.oid, t.typtype, t.typbasetype, t.typtypmod,
            CASE WHEN b.typtypmod >= 0 THEN b.typtypmod ELSE b.modifier END, b.not_null OR t.typnotnull
          FROM base b JOIN pg_type t ON t.oid = b.typbasetype WHERE b.typtype = 'd')

        """ + ColumnFacts + """

          ARRAY(SELECT p.attname::text FROM pg_attribute p WHERE p.attrelid = t.typrelid AND p.attnum > 0 AND NOT p.attisdropped ORDER BY p.attnum),
          CASE WHEN t.typtype IN ('c', 'r', 'm') OR t.typcategory = 'A' THEN ARRAY(
            WITH RECURSIVE part AS (
              SELECT t.oid
              UNION
              SELECT n.oid FROM part p JOIN pg_type w ON w.oid = p.oid CROSS JOIN LATERAL (
                SELECT w.typelem WHERE w.typcategory = 'A'
                UNION ALL SELECT w.typbasetype WHERE w.typtype = 'd'
                UNION ALL SELECT r.rngsubtype FROM pg_range r WHERE r.rngtypid = w.oid OR (to_jsonb(r) ->> 'rngmultitypid')::oid = w.oid
                UNION ALL SELECT f.atttypid FROM pg_attribute f WHERE f.attrelid = w.typrelid AND f.attnum > 0 AND NOT f.attisdropped) n (oid))
            SELECT oid FROM part) ELSE '{}' END,
          CASE WHEN t.typnamespace <> 'pg_catalog'::regnamespace THEN (
            SELECT 'OPERATOR(' || quote_ident(en.nspname) || '.' || e.oprname || ')'
            FROM pg_opclass f JOIN pg_amop m ON m.amopfamily = f.opcfamily AND m.amoplefttype = f.opcintype AND m.amoprighttype = f.opcintype AND m.amopstrategy = 3
              JOIN pg_operator e ON e.oid = m.amopopr JOIN pg_namespace en ON en.oid = e.oprnamespace
            WHERE f.opcmethod = (SELECT oid FROM pg_am WHERE amname = 'btree') AND f.opcdefault AND f.opcintype = t.oid) END
        FROM pg_attribute a
          JOIN base b ON b.attnum = a.attnum AND b.typtype <> 'd'
          JOIN pg_type t ON t.oid = b.oid

        """ + ColumnsWithTypes;

    /// <summary>
    /// The key columns of the unique indexes of plain columns, for all rows, a row each; ON CONFLICT can use those that are immediate.
    /// NULLS NOT DISTINCT is new in PostgreSQL 15: an older catalog has no column for it.
    /// </summary>
    public const string UniqueIndexes = """
        SELECT i.indexrelid, a.attname::text, i.indisprimary, i.indimmediate,
          coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false), NOT coalesce(o.collisdeterministic, true)
        FROM pg_index i CROSS JOIN generate_series(0, i.indnkeyatts - 1) k (place)
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.place]
          LEFT JOIN pg_collation o ON o.oid = i.indcollation[k.place]
        WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        ORDER BY i.indisprimary DESC, i.indexrelid, k.place
        """;

    /// <summary>The column of each constraint and unique index that speaks of one column alone: the server names only the constraint.</summary>
    public const string ConstraintColumns = """
        SELECT c.name, a.attname::text FROM (
          SELECT conname::text, conkey[1] FROM pg_constraint WHERE conrelid = $1 AND cardinality(conkey) = 1
          UNION
          SELECT r.relname::text, i.indkey[0] FROM pg_index i JOIN pg_class r ON r.oid = i.indexrelid
          WHERE i.indrelid = $1 AND i.indisunique AND i.indnkeyatts = 1 AND i.indkey[0] > 0) c (name, attnum)
        JOIN pg_attribute a ON a.attrelid = $1 AND a.attnum = c.attnum
        """;

    /// <summary>Whether nothing can be written here, and the session's time zone.</summary>
    public const string Session = "SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on', current_setting('TimeZone')";

    /// <summary>Whether the server runs under the time zone of no offset.</summary>
    public static bool IsUtc(string zone) => zone is "UTC" or "Etc/UTC" or "GMT" or "Etc/GMT" or "Zulu" or "UCT" or "Etc/UCT" or "Etc/Zulu" or "Universal" or "Etc/Universal";

    /// <summary>Whether a table holds no row.</summary>
    public static string IsEmpty(string quotedTable) => $"SELECT NOT EXISTS (SELECT FROM {quotedTable})";

    /// <summary>Refreshes the planner's statistics.</summary>
    public static string Analyze(string quotedTable) => $"ANALYZE {quotedTable}";
}
