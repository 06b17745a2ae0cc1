using System.Text;

namespace Ingest.Tests.Loading;

/// <summary>Writes CSV as COPY reads it: NULL is an unquoted empty field, the empty string a quoted one.</summary>
internal static class CsvText
{
    /// <summary>One field.</summary>
    public static string Field(string? value, bool always = false) => value switch
    {
        null => "",
        "" => "\"\"",
        _ when always || value.AsSpan().IndexOfAny(",\"\r\n") >= 0 => "\"" + value.Replace("\"", "\"\"") + "\"",
        _ => value,
    };

    /// <summary>One record, without its line break.</summary>
    public static string Record(params string?[] values) => string.Join(',', values.Select(v => Field(v)));

    /// <summary>A file.</summary>
    public static string File(string header, IEnumerable<string> records, string lineBreak = "\n")
    {
        var text = new StringBuilder(header).Append(lineBreak);
        foreach (var record in records) text.Append(record).Append(lineBreak);
        return text.ToString();
    }
}
