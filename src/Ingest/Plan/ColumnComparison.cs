using Ingest.Convert;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>How a merge tells a column's stored value from a staged one: as cheaply as the type allows.</summary>
internal static class ColumnComparison
{
    /// <summary>The comparison of a column's stored values.</summary>
    public static Comparison Of(TargetColumn column) => column.IsDomain ? Comparison.Image : Of(column.Type);

    private static Comparison Of(PgType type) => type.Oid switch
    {
        _ when type.Kind == 'e' => Comparison.Equality,
        TypeOids.Int2 or TypeOids.Int4 or TypeOids.Int8 or TypeOids.Oid or TypeOids.Bool or TypeOids.Date or TypeOids.Time
            or TypeOids.Timestamp or TypeOids.TimestampTz or TypeOids.Uuid or TypeOids.Bytea => Comparison.Equality,
        TypeOids.Text or TypeOids.Varchar => Comparison.Text,
        // Of a fixed length, so that the blanks that do not count are always the same.
        TypeOids.Bpchar when type.Modifier > 0 => Comparison.Text,
        TypeOids.Float4 or TypeOids.Float8 => Comparison.Float,
        TypeOids.Numeric => type.Modifier >= 0 ? Comparison.Equality : Comparison.Numeric,
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

    /// <summary>See <see cref="StageColumn.KeyType"/>: where the cast does what the assignment does, which a cast to a length does not.</summary>
    /// <param name="column">The column.</param>
    /// <param name="isText">Whether its values are staged as text.</param>
    public static string? KeyType(TargetColumn column, bool isText) =>
        isText && column.Type is { Modifier: >= 0, Schema: "pg_catalog" } type
            && type.Name.TrimStart('_') is "numeric" or "time" or "timetz" or "timestamp" or "timestamptz" or "interval"
            ? column.Type.SqlName
            : null;

    /// <summary>Whether values of a type that are equal may differ in their bytes, under a collation that tells bytes apart.</summary>
    public static bool Varies(PgType type) => Of(type) switch
    {
        Comparison.Equality or Comparison.Text => false,
        _ => type.Oid is not (TypeOids.Name or TypeOids.Inet or TypeOids.Cidr or TypeOids.MacAddr or TypeOids.MacAddr8 or TypeOids.TimeTz),
    };

    /// <summary>See <see cref="StageColumn.KeyOrder"/>.</summary>
    public static KeyOrder OrderOf(TargetColumn column) => column.Type.Oid switch
    {
        TypeOids.Text or TypeOids.Varchar or TypeOids.Bpchar => KeyOrder.ScatteredTexts,
        TypeOids.Uuid => KeyOrder.Scattered,
        _ => KeyOrder.Ascending,
    };
}
