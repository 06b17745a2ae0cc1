namespace Ingest.Postgres;

/// <summary>One column of a lane's stage table and where it goes.</summary>
/// <param name="Name">The target column's name, unquoted.</param>
/// <param name="StageType">The type in the stage table: the column's own without its modifier, or <c>text</c>.</param>
/// <param name="CastType">What the merge casts a value staged as text to, or null when the types agree.</param>
/// <param name="TargetType">The column's type with its modifier, as SQL writes it.</param>
/// <param name="IsKey">Whether it belongs to the conflict target.</param>
/// <param name="IsNullableKey">Whether it is a key column that may be NULL, which conflicts with nothing.</param>
/// <param name="CanUpdate">Whether an upsert may set it: not so for GENERATED ALWAYS AS IDENTITY.</param>
internal sealed record StageColumn(
    string Name,
    string StageType,
    string? CastType,
    string TargetType,
    bool IsKey,
    bool IsNullableKey,
    bool CanUpdate)
{
    /// <summary>The collation, quoted, where it holds different texts equal: keys must be compared by it; else null.</summary>
    public string? Collation { get; init; }
}
