namespace Ingest.Convert;

/// <summary>How text is staged that the server casts.</summary>
internal static class StagedText
{
    /// <summary>The encoder of a type that has none of its own.</summary>
    public static FieldEncoder EncoderOf(PgType type) => type switch
    {
        { Kind: 'c' } => new ObjectTextEncoder(type.Attributes),
        { Kind: 'b', Name: "hstore" } => new ObjectTextEncoder(null),
        _ when type.SqlName.EndsWith("[]", StringComparison.Ordinal) => new ArrayTextEncoder(),
        _ => new TextEncoder(),
    };
}
