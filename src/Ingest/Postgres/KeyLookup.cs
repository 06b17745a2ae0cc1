namespace Ingest.Postgres;

/// <summary>How a row is looked up by its key.</summary>
internal static class KeyLookup
{
    /// <summary>The condition that all columns of two keys are the same, in a form that an index answers.</summary>
    /// <param name="columns">The columns of the key, and how the one and the other is written.</param>
    /// <param name="nullsAreKeys">Whether NULL is the same as NULL.</param>
    public static string Same(IEnumerable<(StageColumn Column, string One, string Other)> columns, bool nullsAreKeys) => string.Join(" AND ", columns.Select(c =>
        nullsAreKeys
            ? $"({c.One} {c.Column.EqualTo} {c.Other} OR ({c.One} IS NULL AND {c.Other} IS NULL))"
            : $"{c.One} {c.Column.EqualTo} {c.Other}"));
}
