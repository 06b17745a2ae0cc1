using Ingest.Convert;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>How a merge tells a column's stored value from a staged one: as cheaply as the type allows.</summary>
internal static class ColumnComparison
{
    /// <summary>The comparison of a column's stored values.</summary>
    public static Comparison Of(TargetColumn column) => column.Type.Oid switch
    {
        _ when column.IsDomain => Comparison.Image,
        _ when column.Type.Kind == 'e' => Comparison.Equality,
        TypeOids.Int2 or TypeOids.Int4 or TypeOids.Int8 or TypeOids.Oid or TypeOids.Bool or TypeOids.Date or TypeOids.Time
            or TypeOids.Timestamp or TypeOids.TimestampTz or TypeOids.Uuid or TypeOids.Bytea => Comparison.Equality,
        TypeOids.Text or TypeOids.Varchar => Comparison.Text,
        // Of a fixed length, so that the blanks that do not count are always the same.
        TypeOids.Bpchar when column.Type.Modifier > 0 => Comparison.Text,
        TypeOids.Float4 or TypeOids.Float8 => Comparison.Float,
        TypeOids.Numeric => column.Type.Modifier >= 0 ? Comparison.Equality : Comparison.Numeric,
        _ => Comparison.Image,
    };

    /// <summary>See <see cref="StageColumn.ComparedAs"/>.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isText">Whether its values are staged as text.</param>
    public static string? As(TargetColumn column, bool isText) => column.Type.Oid switch
    {
        _ when column.IsDomain => null,
        _ when !isText || column.Type.Modifier < 0 => "",
        TypeOids.Numeric or TypeOids.Time or TypeOids.Timestamp or TypeOids.TimestampTz => column.DeclaredType,
        // Too long a text is refused, and equals nothing that is there.
        TypeOids.Varchar or TypeOids.Bpchar => "",
        _ => null,
    };

    /// <summary>See <see cref="StageColumn.KeyOrder"/>.</summary>
    public static KeyOrder OrderOf(TargetColumn column) => column.Type.Oid switch
    {
        TypeOids.Text or TypeOids.Varchar or TypeOids.Bpchar => KeyOrder.ScatteredTexts,
        TypeOids.Uuid => KeyOrder.Scattered,
        _ => KeyOrder.Ascending,
    };
}
