using Ingest.Convert;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet;

/// <summary>Which column types can hold lists, maps and structs, and bytes.</summary>
internal static class NestedTarget
{
    private static readonly HashSet<string> Texts = ["text", "varchar", "bpchar", "name", "citext", "json", "jsonb"];

    /// <summary>Whether some value of a nested field can be one of a type.</summary>
    /// <param name="field">The field, which is no scalar.</param>
    /// <param name="type">The column's type.</param>
    public static bool Holds(ValueShape field, PgType type)
    {
        if (Texts.Contains(type.Name)) return true;
        if (IsComposite(type)) return CompositeField.Fits(field, type.Attributes);
        if (IsHstore(type)) return HstoreField.Fits(field);
        if (field.Kind != ShapeKind.List || type.Kind != 'b') return false;
        // The elements that are no single values are JSON, in arrays of text or JSON. A base type of an extension may
        // well read JSON's form of a list, as vector does.
        if (type.Name.StartsWith('_')) return Innermost(field).Kind == ShapeKind.Scalar || Texts.Contains(type.Name[1..]);
        return type.Schema != "pg_catalog";
    }

    /// <summary>Whether a type is a composite one.</summary>
    public static bool IsComposite(PgType type) => type.Kind == 'c';

    /// <summary>Whether a type is the extension's hstore.</summary>
    public static bool IsHstore(PgType type) => type is { Kind: 'b', Name: "hstore" };

    /// <summary>Whether bytes without an annotation that are not text are written into a column, as <c>\x…</c> wherever text is asked for.</summary>
    public static bool TakesBytes(ValueShape field, PgType type)
    {
        var single = type.Name.StartsWith('_') ? ArrayTypes.ElementOf(type)?.Oid : type.Oid;
        return single == TypeOids.Bytea || (field.Kind != ShapeKind.Scalar && !type.Name.StartsWith('_'));
    }

    private static ValueShape Innermost(ValueShape list) => list.Kind == ShapeKind.List ? Innermost(list.Element!) : list;
}
