namespace Ingest.Convert;

/// <summary>What the catalog says of a column's type (pg_type, pg_attribute), as far as a conversion needs it.</summary>
/// <param name="Oid">The type's oid; fixed for built-in types (pg_type.dat).</param>
/// <param name="Schema">The type's schema, such as <c>pg_catalog</c>.</param>
/// <param name="Name">The type's name in the catalog, such as <c>int4</c>.</param>
/// <param name="Kind">pg_type.typtype: b base, c composite, d domain, e enum, p pseudo, r range, m multirange.</param>
/// <param name="Modifier">pg_attribute.atttypmod, or −1: the length of varchar and bpchar + 4, packed precision and scale of numeric.</param>
/// <param name="SqlName">The type as SQL writes it, modifier included, quoted where needed (format_type).</param>
internal sealed record PgType(uint Oid, string Schema, string Name, char Kind, int Modifier, string SqlName)
{
    /// <summary>The attributes of a composite type, in its order; else empty.</summary>
    public IReadOnlyList<string> Attributes { get; init; } = [];

    /// <summary>The oids of all types inside of an array, a range or a composite type, at any depth; else empty.</summary>
    public IReadOnlyList<uint> Parts { get; init; } = [];
}
