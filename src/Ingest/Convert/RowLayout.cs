using Ingest.Postgres;

namespace Ingest.Convert;

/// <summary>The columns of a converted row, in the order of the stage table.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="Key">The places of the key's columns; empty when rows have no key.</param>
internal sealed record RowLayout(IReadOnlyList<RowColumn> Columns, IReadOnlyList<int> Key);

/// <summary>One column of a converted row.</summary>
/// <param name="Sql">The column as the stage and the target know it.</param>
/// <param name="Type">The type that values convert to.</param>
/// <param name="Encoder">Writes the values; for a type without an encoder of its own, the text encoder.</param>
/// <param name="IsNative">Whether what the encoder writes may be copied straight into the target.</param>
internal sealed record RowColumn(StageColumn Sql, PgType Type, FieldEncoder Encoder, bool IsNative);
