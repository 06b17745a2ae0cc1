namespace Ingest.Postgres;

/// <summary>One column of a lane's stage table and where it goes.</summary>
/// <param name="Name">The target column's name, unquoted.</param>
/// <param name="StageType">The type in the stage table: the column's own, a domain's base type, or <c>text</c>.</param>
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

    /// <summary>How text is read where a cast would read it otherwise than COPY; else null.</summary>
    public TypeInput? Input { get; init; }

    /// <summary>How a stored value is told from another, to the byte.</summary>
    public Comparison Comparison { get; init; } = Comparison.Image;

    /// <summary>
    /// What a staged value must be cast to before it can be compared with a stored one; null when it cannot be, because
    /// an explicit cast would change what the assignment refuses. The empty string means that no cast is needed.
    /// </summary>
    public string? ComparedAs { get; init; }

    /// <summary>
    /// What a key staged as text must be cast to before it is compared with others, or null: the column's type with its
    /// modifier, where that rounds.
    /// </summary>
    public string? KeyType { get; init; }

    /// <summary>The operator by which its keys are the same: its type's own, which the search path need not have.</summary>
    public string EqualTo { get; init; } = "=";

    /// <summary>Whether equal keys may differ in their bytes (<c>1.0</c> and <c>1.00</c>): then the later record's stand.</summary>
    public bool KeyVaries { get; init; }

    /// <summary>Whether a record sets it in the row that has its key already.</summary>
    public bool IsSet => CanUpdate && (!IsKey || KeyVaries);

    /// <summary>The order in which files bring keys of the column, and how to sort them.</summary>
    public KeyOrder KeyOrder { get; init; }
}
