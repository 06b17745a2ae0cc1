using Ingest.Convert;
using Ingest.Postgres;

namespace Ingest.Plan;

/// <summary>One column of the target.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type that values convert to: a domain's base type, with its modifier.</param>
/// <param name="DeclaredType">The declared type with its modifier, as SQL writes it.</param>
/// <param name="NotNull">Whether NULL is refused.</param>
/// <param name="HasDefault">Whether it fills itself when left out: a default, an identity.</param>
/// <param name="Identity">pg_attribute.attidentity: a ALWAYS, d BY DEFAULT, or a blank.</param>
/// <param name="IsGenerated">Whether it is GENERATED ALWAYS AS an expression.</param>
/// <param name="Collation">Its collation, quoted, where that holds different bytes equal; else null.</param>
/// <param name="MayInsert">Whether this role may insert into it.</param>
/// <param name="MayUpdate">Whether this role may update it.</param>
/// <param name="MaySelect">Whether this role may read it.</param>
internal sealed record TargetColumn(
    string Name,
    PgType Type,
    string DeclaredType,
    bool NotNull,
    bool HasDefault,
    char Identity,
    bool IsGenerated,
    string? Collation,
    bool MayInsert,
    bool MayUpdate,
    bool MaySelect)
{
    /// <summary>The declared type's oid (pg_attribute.atttypid): a domain's own.</summary>
    public uint DeclaredOid { get; init; }

    /// <summary>The operator of its type's equality, for SQL text.</summary>
    public string EqualTo { get; init; } = "=";

    /// <summary>
    /// The type without its modifier, for SQL text. By its catalog name, because the standard's own names for bpchar and
    /// bit mean a length of one when they stand without a length.
    /// </summary>
    public string BareType => Identifier.Quote(Type.Schema) + "." + Identifier.Quote(Type.Name);

    /// <summary>Whether it is declared as a domain.</summary>
    public bool IsDomain => DeclaredType != Type.SqlName;

    /// <summary>
    /// The type to stage it as: its own with the modifier, so that a staged value is what the column will hold and a merge
    /// need not adjust it; a domain's modifier is left to the domain.
    /// </summary>
    public string StageType => IsDomain || Type.Modifier < 0 ? BareType : Type.SqlName;
}
