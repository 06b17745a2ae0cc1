namespace Ingest.Convert;

/// <summary>How values without an encoder of their own are staged, for the server to cast.</summary>
/// <param name="StageType">The type in the stage.</param>
/// <param name="Encoder">Writes the values.</param>
internal sealed record TextRoute(string StageType, FieldEncoder Encoder)
{
    private static readonly uint[] Dates = [TypeOids.Date, TypeOids.Timestamp, TypeOids.TimestampTz];
    private static readonly uint[] Decimals = [TypeOids.Numeric, TypeOids.Float4, TypeOids.Float8, TypeOids.Money];

    /// <summary>The way of a type.</summary>
    /// <param name="type">The column's type, which <see cref="EncoderCatalog"/> has no encoder for.</param>
    /// <param name="options">How values are written in the source.</param>
    /// <exception cref="PlanException">The date formats cannot be read.</exception>
    public static TextRoute Of(PgType type, ConvertOptions options) => type.Oid switch
    {
        TypeOids.TimestampTz when DatePatterns.Of(options) is { } patterns => Text(new TimestampTzTextEncoder(patterns)),
        // As a number, which is cast the same under any lc_monetary.
        TypeOids.Money when options.DecimalComma => new("pg_catalog.numeric", new DecimalCommaEncoder(new NumericEncoder(-1))),
        _ => Text(StagedText.EncoderOf(type)),
    };

    /// <summary>The option that says how the values inside of an array, a range or a composite value are written, which nothing here reads; or null.</summary>
    public static string? IgnoredOption(PgType type, ConvertOptions options) =>
        options.DateFormats.Count > 0 && type.Parts.Intersect(Dates).Any() ? "--date-format"
            : options.DecimalComma && type.Parts.Intersect(Decimals).Any() ? "--decimal-comma"
            : null;

    private static TextRoute Text(FieldEncoder encoder) => new("text", encoder);
}
