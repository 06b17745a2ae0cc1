namespace Ingest.Formats.Csv;

/// <summary>A dialect as the manifest stores it.</summary>
internal static class DialectJson
{
    /// <summary>
    /// Writes <c>{"delimiter":";","quote":"\"","escape":"\"","comment":""}</c>; empty for none. By hand, since a JSON writer's
    /// first use takes a twentieth of a start (`tests/bench.sh --workload start`) and these are four characters of ASCII.
    /// </summary>
    public static string Write(CsvDialect dialect) =>
        $$"""{"delimiter":"{{Text(dialect.Delimiter)}}","quote":"{{Text(dialect.Quote)}}","escape":"{{Text(dialect.Escape)}}","comment":"{{Text(dialect.Comment)}}"}""";

    /// <summary>A character as RFC 8259, section 7 has it in a string.</summary>
    private static string Text(byte c) => c switch
    {
        0 => "",
        (byte)'"' => "\\\"",
        (byte)'\\' => "\\\\",
        < 0x20 or > 0x7e => $"\\u{c:x4}",
        _ => ((char)c).ToString(),
    };
}
