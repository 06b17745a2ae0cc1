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

    /// <summary>For each column that was staged as text, a statement that reads one row's value as the column's type.</summary>
    public IEnumerable<(string Column, string Read)> ReadCasts(string tid) =>
        spec.Columns.Select((column, i) => (column, i)).Where(c => c.column.CastType is not null)
            .Select(c => (c.column.Name, $"SELECT {Cast("x." + StageName(c.i), c.column)} FROM {Stage} x WHERE x.ctid = '{tid}'::tid"));

    /// <summary>"COPY ingest_stage, line 3, column c2" (CopyFromErrorCallback in copyfrom.c), in whatever language the server speaks.</summary>
    [GeneratedRegex(@"^COPY ingest_stage, \S+ \d+, \S+ c(\d+)\b", RegexOptions.Multiline | RegexOptions.CultureInvariant)]
    private static partial Regex CopyContext();
}
