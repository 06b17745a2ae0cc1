namespace Ingest.Convert;

/// <summary>
/// The encoder of each PostgreSQL type. A type without one (arrays, ranges, domains, extension types, …) is staged as text
/// and cast by the server. Some scalar types are left out on purpose, as only the server reads them right: interval
/// (a language of its own), money (hangs on lc_monetary), xml (its receive function believes the encoding declaration, its
/// input function does not) and "char" (its escapes differ between versions).
/// </summary>
internal static class EncoderCatalog
{
    /// <summary>The encoder whose payloads can be copied straight into a column of <paramref name="type"/>, or null for the text route.</summary>
    /// <param name="type">The column's type.</param>
    /// <param name="options">How values are written in the source.</param>
    /// <exception cref="PlanException">The date formats cannot be read.</exception>
    public static FieldEncoder? Find(PgType type, ConvertOptions options) => type.Kind switch
    {
        'e' => new EnumEncoder(),
        'b' when type.Schema == "pg_catalog" => FindNumber(type, options) ?? FindDatetime(type, options) ?? FindOther(type, options),
        'b' when type.Name == "citext" => new CitextEncoder(),
        _ => null,
    };

    private static FieldEncoder? FindNumber(PgType type, ConvertOptions options)
    {
        FieldEncoder? encoder = type.Oid switch
        {
            TypeOids.Int2 => new Int2Encoder(options.ReadsLiterals),
            TypeOids.Int4 => new Int4Encoder(options.ReadsLiterals),
            TypeOids.Int8 => new Int8Encoder(options.ReadsLiterals),
            TypeOids.Float4 => new Float4Encoder(),
            TypeOids.Float8 => new Float8Encoder(),
            TypeOids.Numeric => new NumericEncoder(type.Modifier, options.ReadsLiterals),
            _ => null,
        };
        return encoder is not null && options.DecimalComma ? new DecimalCommaEncoder(encoder) : encoder;
    }

    private static FieldEncoder? FindDatetime(PgType type, ConvertOptions options) => type.Oid switch
    {
        TypeOids.Date => new DateEncoder(DatePatterns.Of(options)),
        TypeOids.Time => new TimeEncoder(type.Modifier, options.IsStrictOnTimes),
        TypeOids.Timestamp => new TimestampEncoder(DatePatterns.Of(options), type.Modifier),
        TypeOids.TimeTz when options.IsUtc => new TimeTzEncoder(type.Modifier, options.IsStrictOnTimes),
        TypeOids.TimestampTz when options.IsUtc => new TimestampTzEncoder(DatePatterns.Of(options), type.Modifier),
        _ => null,
    };

    private static FieldEncoder? FindOther(PgType type, ConvertOptions options) => type.Oid switch
    {
        TypeOids.Bool => new BoolEncoder(),
        // From 16 on strtoul tells the base, and its library has a say in that: 037 is octal.
        TypeOids.Oid when !options.ReadsLiterals => new OidEncoder(),
        TypeOids.Uuid => new UuidEncoder(),
        TypeOids.Bytea => new ByteaEncoder(),
        TypeOids.Text => new TextEncoder(),
        TypeOids.Varchar => type.Modifier < 4 ? new TextEncoder() : new VarcharEncoder(type.Modifier - 4),
        TypeOids.Bpchar => new BpcharEncoder(type.Modifier < 4 ? int.MaxValue : type.Modifier - 4),
        TypeOids.Name => new NameEncoder(),
        TypeOids.Json => new JsonEncoder(),
        TypeOids.Jsonb => new JsonbEncoder(),
        TypeOids.Inet => new InetEncoder(),
        TypeOids.Cidr => new CidrEncoder(),
        TypeOids.MacAddr => new MacAddrEncoder(),
        TypeOids.MacAddr8 => new MacAddr8Encoder(),
        _ => null,
    };
}
