using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Ingest.Postgres;

/// <content>Which column of a row that was refused is at fault.</content>
internal sealed partial class StageSql
{
    /// <summary>
    /// The column that the server names, its constraint speaks of alone, or the context of a COPY into the stage names;
    /// or null.
    /// </summary>
    public string? ColumnAtFault(PostgresException error)
    {
        if (error.ColumnName is { } named) return named;
        if (error.ConstraintName is { } constraint && spec.ConstraintColumns.TryGetValue(constraint, out var only)) return only;
        if (error.Where is not { } context || CopyContext().Match(context) is not { Success: true } match) return null;
        var place = int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) - 1;
        return place < spec.Columns.Count ? spec.Columns[place].Name : null;
    }

    /// <summary>Whether a row was refused because another row of the target, which it refers to, is not there.</summary>
    public bool RefersToItself(PostgresException error) =>
        error is { SqlState: PostgresErrorCodes.ForeignKeyViolation, ConstraintName: { } name } && spec.SelfReferences.Contains(name);

    /// <summary>Whether values of a column are read from text by the server.</summary>
    public bool ReadsText => spec.Columns.Any(c => c.CastType is not null);

    /// <summary>
    /// For each column that was staged as text, a statement that reads one row's value as the column's type, and the same for no
    /// row, which fails when it is not the value that is at fault.
    /// </summary>
    public IEnumerable<(string Column, string Read, string ReadNone)> ReadCasts(string tid) =>
        spec.Columns.Select((column, i) => (column, i)).Where(c => c.column.CastType is not null)
            .Select(c => (c.column.Name, Read: $"SELECT {Cast("x." + StageName(c.i), c.column)} FROM {Stage} x WHERE "))
            .Select(c => (c.Name, $"{c.Read}x.ctid = '{tid}'::tid", $"{c.Read}false"));

    /// <summary>
    /// Creates the function behind <see cref="FindUnread"/>: only inside of the server can a value be tried that the connection would
    /// not survive.
    /// </summary>
    public string CreateFindUnread
    {
        get
        {
            var tries = spec.Columns.Select((column, i) => (column, i)).Where(c => c.column.CastType is not null).Select(c =>
                $"BEGIN PERFORM {Cast("x." + StageName(c.i), c.column)} FROM {Stage} x WHERE x.ctid = place; "
                + $"EXCEPTION WHEN OTHERS THEN IF SQLSTATE = 'XX000' THEN number := {c.i}; message := SQLERRM; RETURN NEXT; END IF; END;");
            var body = $"BEGIN FOR place IN SELECT s.ctid FROM {Stage} s ORDER BY s.ctid LOOP {string.Join(' ', tries)} END LOOP; END";
            return "CREATE OR REPLACE FUNCTION pg_temp.ingest_unread() RETURNS TABLE (place tid, number int, message text) LANGUAGE plpgsql AS '"
                + body.Replace("'", "''", StringComparison.Ordinal) + "'";
        }
    }

    /// <summary>Of each staged text that its type's input refuses as an internal error: the row's place, the column's number from 0, and why.</summary>
    public const string FindUnread = "SELECT u.place::text, u.number, u.message FROM pg_temp.ingest_unread() u";

    /// <summary>A column by its number in the stage.</summary>
    public StageColumn Column(int number) => spec.Columns[number];

    /// <summary>"COPY ingest_stage, line 3, column c2" (CopyFromErrorCallback in copyfrom.c), in whatever language the server speaks.</summary>
    [GeneratedRegex(@"^COPY ingest_stage, \S+ \d+, \S+ c(\d+)\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CopyContext();
}
