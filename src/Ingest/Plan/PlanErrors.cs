using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>Why a plan cannot work.</summary>
internal static class PlanErrors
{
    public static PlanException NoTable(TableName table) => new(
        "42P01", $"table {table} does not exist (or may not be seen); create it, or say --create-table");

    public static PlanException WrongKind(TargetTable target, string what) => new(
        "wrong_relation", $"{target.FullName} is {what}; ingest loads tables, partitioned tables, and with --mode append foreign tables and views");

    public static PlanException HasRules(TargetTable target) => new(
        "has_rules", $"{target.FullName} has rules for INSERT or UPDATE, which a bulk load cannot follow; make triggers of them, or ALTER TABLE … DISABLE RULE for the load");

    public static PlanException ServerTooOld(string server, int oldest, Version version) => new(
        "server_too_old", $"{server} is PostgreSQL {version.Major}: it cannot be relied on to keep staged rows in their order; load into PostgreSQL {oldest} or later");

    public static PlanException ReadOnly(string server) => new(
        "25006", $"{server} is read-only (a standby, or default_transaction_read_only); connect to the primary");

    public static PlanException NoKey(TargetTable target) => new(
        "no_key", $"{target.FullName} has no primary key; name the columns of a unique index with --pk, or say --mode append");

    public static PlanException DeferrableKey(TargetTable target, IReadOnlyList<string> key) => new(
        "42P10", $"the key ({string.Join(", ", key)}) of {target.FullName} is DEFERRABLE, which ON CONFLICT cannot use; make it NOT DEFERRABLE, name the columns of another unique index with --pk, or say --mode append");

    public static PlanException DeferrableConflicts(TargetTable target) => new(
        "55000", $"{target.FullName} has a DEFERRABLE unique or exclusion constraint, which ON CONFLICT cannot use; make it NOT DEFERRABLE, name the columns of another unique index with --pk, or say --mode append");

    public static PlanException ReplaceSpreads(TargetTable target) => new(
        "replace_cascades", $"without a key a replacement deletes every row of {target.FullName}, and foreign keys to it (ON DELETE CASCADE, SET NULL, SET DEFAULT) would delete or change rows that refer to them; name the columns of a unique index with --pk");

    public static PlanException ReplaceHidden(TargetTable target) => new(
        "row_security", $"{target.FullName} has row security, so that this role may not see all of its rows and cannot replace them; use a role with BYPASSRLS, or say --mode upsert");

    public static PlanException NoUniqueIndex(TargetTable target, IReadOnlyList<string> key) => new(
        "42P10", $"{target.FullName} has no unique index on ({string.Join(", ", key)}); create one: CREATE UNIQUE INDEX ON {target.FullName} ({string.Join(", ", key)})");

    public static PlanException NoSuchKeyColumn(TargetTable target, string column) => new(
        "42703", $"--pk names {Identifier.Show(column)}, which {target.FullName} does not have; it has {Names(target.Columns.Select(c => c.Name))}");

    public static PlanException Grant(string right, TargetTable target, string column) => new(
        "42501", $"this role may not {right} column {column} of {target.FullName}: GRANT {right} ON {target.FullName} TO it");

    public static PlanException GrantDelete(TargetTable target) => new(
        "42501", $"--mode replace needs to delete rows: GRANT DELETE ON {target.FullName} TO this role");

    public static PlanException GrantTemp(string database) => new(
        "42501", $"this role may not create temporary tables: GRANT TEMPORARY ON DATABASE {Identifier.Quote(database)} TO it");

    public static PlanException ExtraColumns(string file, IReadOnlyList<string> extra, TargetTable target) => new(
        "extra_columns", $"{file}: {target.FullName} has no column for {Names(extra)}; say --extra-columns ignore to leave them out");

    public static PlanException NoColumnMatches(string file, IReadOnlyList<string> header, TargetTable target) => new(
        "no_column", $"{file}: no column of {target.FullName} is among {Names(header)}; is there a header (--no-header, --headers), and is --delimiter right?");

    public static PlanException TwoFieldsOneColumn(string file, string first, string second, string column) => new(
        "duplicate_column", $"{file}: {Identifier.Show(first)} and {Identifier.Show(second)} both name column {column}; rename one of them, or {ColumnName.Remedy}");

    public static PlanException AmbiguousColumn(string file, string name, IReadOnlyList<string> columns) => new(
        "ambiguous_column", $"{file}: {Identifier.Show(name)} may be any of {Names(columns)}; write it exactly");

    public static PlanException KeyNotInFile(string file, string column, IReadOnlyList<string> header) => new(
        "no_key", $"{file}: key column {column} is not in the file, which has {Names(header)}");

    public static PlanException MissingContractColumn(string file, string column, IReadOnlyList<string> header) => new(
        "missing_column", $"{file}: column {column} of --headers is not in the file, which has {Names(header)}; say --tolerant to fill it, or --no-header if the first record is data");

    public static PlanException MissingColumn(string file, string column, TargetTable target, bool canBeEmpty) => new(
        "missing_column", $"{file}: lacks column {column}, which {target.FullName} requires (NOT NULL without a default); add it, or {(canBeEmpty ? "say --tolerant --tolerant-mode empty" : "give the column a default")}");

    public static PlanException UnknownContractColumn(string column, TargetTable target) => new(
        "42703", $"--headers names {Identifier.Show(column)}, which {target.FullName} does not have; say --extra-columns ignore to leave it out");

    public static PlanException GeneratedColumn(string file, string column, TargetTable target) => new(
        "428C9", $"{file}: column {column} of {target.FullName} is generated and cannot be loaded; leave it out of the file, or name the others with --headers and --extra-columns ignore");

    public static PlanException HeaderCount(string file, int names, int fields) => new(
        "header_count", $"{file}: --headers has {names} names and the first record {fields} fields; give one name per field");

    public static PlanException ColumnCount(string file, int names, int columns) => new(
        "header_count", $"{file}: --headers has {names} names and the file {columns} columns; give one name per column, or leave --no-header out to load it by its own names");

    public static PlanException NoColumns(string file) => new(
        "no_column", $"{file}: has no columns; name another file");

    public static PlanException RepeatedField(string file, string column, string field) => new(
        "duplicate_column", $"{file}: a struct in {Identifier.Show(column)} has two fields named {Identifier.Show(field)}, of which JSON can hold one; rename one, or leave the column out of the table (--extra-columns ignore)");

    public static PlanException SeveralFiles(int count, string first) => new(
        "several_files", $"{count} files match, the first of them {Identifier.Show(first)}; name one");

    public static IngestException NoFirstRecord(string file, CsvOptions csv) => csv switch
    {
        { NoHeader: true } => HeadersNeeded(file),
        { SkipLines: > 0 } => CsvErrors.NothingAfterSkipped(file, csv.SkipLines),
        _ => CsvErrors.NoHeader(file),
    };

    public static PlanException HeadersNeeded(string file) => new(
        "no_header", $"{file}: --no-header needs --headers a,b,c to name the fields");

    public static PlanException EmptyHeader(string file, int number) => new(
        "empty_header", $"{file}: column {number} has no name; {ColumnName.Remedy}, or say --extra-columns ignore");

    public static PlanException DuplicateHeader(string file, string name) => new(
        "duplicate_column", $"{file}: two columns are named {Identifier.Show(name)}; rename one, or {ColumnName.Remedy}");

    public static PlanException TooManyColumns(string file, int columns, int most) => new(
        "54011", $"{file}: has {columns} columns, and a table can have at most {most}; create a table with those that are needed and say --extra-columns ignore");

    public static PlanException CannotCreate(string file, TableName table, Npgsql.PostgresException error) => new(
        error.SqlState,
        $"{file}: the table {table} for it cannot be created: {error.MessageText}"
            + (error.SqlState == Npgsql.PostgresErrorCodes.InsufficientPrivilege ? $"; GRANT CREATE ON SCHEMA {table.Schema ?? "public"} TO this role, or create the table" : $"; create it, or {ColumnName.Remedy}"),
        error);

    public static PlanException LoadedBefore(string file, Guid run) => new(
        "already_loaded", $"{file}: was loaded by run {run} with the same content; appending would double its rows: say --resume to skip it, or --force to append it again");

    public static PlanException InterruptedBefore(string file, Guid run, long records) => new(
        "interrupted_before", $"{file}: run {run} has appended {records} records of it; say --resume to go on, or --restart to append it from the start again");

    public static PlanException TargetReplaced(string file, string target, Guid run) => new(
        "target_replaced",
        $"{file}: run {run} has loaded records of it into a table {target} that was dropped since, this one was created later; "
            + "say --restart (without --resume) to load the file from the start");

    public static PlanException TargetEmptied(string file, string target, Guid run) => new(
        "target_emptied",
        $"{file}: run {run} has loaded records of it, and a server that crashed has emptied {target} since, which is UNLOGGED; "
            + "say --restart (without --resume) to load the file from the start");

    public static PlanException OptionsChanged(string file, string before, string now) => new(
        "options_changed", $"{file}: the interrupted load had other options ({before}) than this one ({now}); use the same, or --restart");

    public static TargetException Held(string file, string target, string holder) => new(
        "file_held", $"{file}: is being loaded into {target} by {holder}; wait for it to end, or stop it");

    public static TargetException ReplacementHeld(string target, string holder) => new(
        "replacement_held", $"{target}: its rows are being replaced by {holder}; wait for it to end, or stop it");

    public static PlanException SchemaClosed(string schema, Npgsql.PostgresException error) => new(
        error.SqlState, $"this role may not use the schema {Identifier.Show(schema)}: GRANT USAGE ON SCHEMA {Identifier.Quote(schema)} TO it", error);

    public static PlanException MayNotReplace(string manifestSchema, string target, Npgsql.PostgresException error) => new(
        error.SqlState,
        $"--mode replace fills a table beside {target} first, which this role may not: GRANT CREATE ON SCHEMA {manifestSchema}, GRANT DELETE ON {manifestSchema}.watermarks, "
            + $"GRANT SELECT ON {target} TO it ({error.MessageText})",
        error);

    public static PlanException Refused(Npgsql.PostgresException error) => new(
        error.SqlState, $"the server refused: {error.MessageText}", error);

    public static TargetException RefusedLater(Npgsql.PostgresException error) => new(
        error.SqlState, $"the server refused, during the load: {error.MessageText}; correct it, and start again with --resume", error);

    public static TargetException Unexpected(Exception error) => new("internal", $"unexpected failure, {error.GetType().Name}", error);

    public static TargetException SqlLeftOpen(string option) => new(
        "open_transaction", $"{option} leaves a transaction open, which was rolled back; end it with COMMIT, or leave its BEGIN out");

    public static TargetException SqlFailed(string option, Npgsql.PostgresException error) => new(
        error.SqlState, $"{option} failed: {error.MessageText}", error);

    public static PlanException ReplaceNeedsFile(string file, string target) => new(
        "replace_files", $"the interrupted replacement of {target} also loads {file}; name the same files again, or say --restart");

    public static PlanException NoConversion(string file, string field, string type) => new(
        "no_conversion", $"{file}: the values of {Identifier.Show(field)} are nothing that a column of type {type} can hold; change the column's type, or load another column into it");

    public static PlanException NoAttributes(string file, string field, IEnumerable<string> parts, string type, IEnumerable<string> attributes) => new(
        "no_conversion", $"{file}: {Identifier.Show(field)} must be a struct of single values, one for each attribute of {type} ({string.Join(", ", attributes.Select(Identifier.Show))}); it has {(string.Join(", ", parts.Select(Identifier.Show)) is { Length: > 0 } names ? names : "no fields")}: change the type, or load into a jsonb column");

    public static PlanException OptionInside(string file, string column, string type, string option) => new(
        "no_conversion", $"{file}: {option} does not reach into the values of column {column} ({type}), which would be read otherwise than it says; leave it out, or load the column as text and convert it in the database");

    public static PlanException ReplaceLayouts(string file, string first) => new(
        "replace_files", $"{file}: has other columns than {first}; the files of one replacement must have the same");

    public static TargetException SwapFailed(string target, Npgsql.PostgresException error) => new(
        error.SqlState, $"replacing the rows of {target} failed, the old ones are in place: {LaneErrors.FailureMessage(error)}; mend that in the database and start again with --resume, or correct the files and start again without it", error);

    public static TargetException TriggerDropsRows(string target) => new(
        "trigger_drops_rows", $"replacing the rows of {target} failed, the old ones are in place: a BEFORE trigger of it drops rows that are inserted, or keeps rows that are deleted; "
            + "ALTER TABLE … DISABLE TRIGGER for the load, and start again with --resume");

    public static TargetException ValuesMove(string target, Npgsql.PostgresException error) => new(
        error.SqlState,
        $"replacing the rows of {target} failed, the old ones are in place: values of {Identifier.Show(error.ConstraintName ?? "a unique index")} move between rows that stay, which the server checks row by row; "
            + "declare that constraint DEFERRABLE, or the foreign keys to the table ON DELETE NO ACTION, and start again with --resume",
        error);

    private static string Names(IEnumerable<string> names)
    {
        var all = names.ToArray();
        var shown = string.Join(", ", all.Take(12).Select(Identifier.Show));
        return all.Length > 12 ? $"{shown} and {all.Length - 12} more" : shown;
    }
}
