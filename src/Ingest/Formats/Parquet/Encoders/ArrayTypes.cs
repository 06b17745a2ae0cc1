using Ingest.Convert;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>The built-in array types whose elements have encoders; their oids are fixed by pg_type.dat.</summary>
internal static class ArrayTypes
{
    private static readonly Dictionary<uint, (uint Oid, string Name)> Elements = new()
    {
        [1000] = (TypeOids.Bool, "bool"),
        [1001] = (TypeOids.Bytea, "bytea"),
        [1005] = (TypeOids.Int2, "int2"),
        [1007] = (TypeOids.Int4, "int4"),
        [1009] = (TypeOids.Text, "text"),
        [1015] = (TypeOids.Varchar, "varchar"),
        [1016] = (TypeOids.Int8, "int8"),
        [1021] = (TypeOids.Float4, "float4"),
        [1022] = (TypeOids.Float8, "float8"),
        [1115] = (TypeOids.Timestamp, "timestamp"),
        [1182] = (TypeOids.Date, "date"),
        [1183] = (TypeOids.Time, "time"),
        [1185] = (TypeOids.TimestampTz, "timestamptz"),
        [1187] = (DirectEncoders.IntervalOid, "interval"),
        [1231] = (TypeOids.Numeric, "numeric"),
        [199] = (TypeOids.Json, "json"),
        [2951] = (TypeOids.Uuid, "uuid"),
        [3807] = (TypeOids.Jsonb, "jsonb"),
    };

    /// <summary>The element of an array type, which has the array's modifier; null for other types.</summary>
    public static PgType? ElementOf(PgType type) => type.Schema == "pg_catalog" && Elements.TryGetValue(type.Oid, out var element)
        ? new PgType(element.Oid, "pg_catalog", element.Name, 'b', type.Modifier, type.SqlName.Replace("[]", "", StringComparison.Ordinal))
        : null;
}
