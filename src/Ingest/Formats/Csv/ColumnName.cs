using System.Globalization;
using System.Text;
using Ingest.Postgres;

namespace Ingest.Formats.Csv;

/// <summary>Turns the headers of a file into column names of a table that is created for it: lower snake case ASCII.</summary>
internal static class ColumnName
{
    /// <summary>How a file gets other names than its own.</summary>
    public const string Remedy = "name all columns with --headers and --no-header (and --skip-lines 1, of a CSV file)";

    /// <summary>The column names of a header, in its order.</summary>
    /// <param name="headers">The headers as the file has them.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="PlanException">
    /// Two headers give one name, a name has more than 63 bytes, or a header has letters that have no ASCII form.
    /// </exception>
    public static string[] Normalize(IReadOnlyList<string> headers, string? file = null)
    {
        var names = new string[headers.Count];
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = Normalize(headers[i], i + 1, file);
            if (!first.TryAdd(names[i], i))
            {
                throw new PlanException("column_collision",
                    $"{In(file)}the headers {Identifier.Show(headers[first[names[i]]])} (column {first[names[i]] + 1}) and {Identifier.Show(headers[i])} (column {i + 1}) both give the column name '{names[i]}'; {Remedy}");
            }
        }
        return names;
    }

    /// <summary>The column name of one header.</summary>
    /// <param name="header">The header.</param>
    /// <param name="number">The 1-based number of the column: <c>column_3</c> stands for a header without letters or digits.</param>
    /// <param name="file">The file, for messages.</param>
    /// <exception cref="PlanException">The name has more than 63 bytes, or letters that have no ASCII form.</exception>
    public static string Normalize(string header, int number, string? file = null)
    {
        var name = new StringBuilder();
        var previous = '\0';
        foreach (var rune in header.EnumerateRunes())
        {
            if (LatinLetters.ToAscii(rune) is { } ascii)
            {
                // orderId → order_id
                if (Rune.IsUpper(rune) && char.IsAsciiLetterLower(previous)) name.Append('_');
                name.Append(ascii.ToLowerInvariant());
                previous = ascii[^1];
            }
            else if (Rune.IsLetterOrDigit(rune))
            {
                throw new PlanException("column_name",
                    $"{In(file)}the header {Identifier.Show(header)} (column {number}) has letters without an ASCII form; {Remedy}");
            }
            else if (!IsMark(rune))
            {
                if (name.Length > 0 && name[^1] != '_') name.Append('_');
                previous = '_';
            }
        }
        while (name.Length > 0 && name[^1] == '_') name.Length--;
        if (name.Length == 0) return $"column_{number}";
        if (char.IsAsciiDigit(name[0])) name.Insert(0, '_');
        return name.Length <= Identifier.MaxBytes
            ? name.ToString()
            : throw new PlanException("column_name",
                $"{In(file)}the header {Identifier.Show(header)} (column {number}) gives a column name of {name.Length} bytes, and PostgreSQL allows {Identifier.MaxBytes}; {Remedy}");
    }

    private static string In(string? file) => file is null ? "" : file + ": ";

    // An accent written on its own (NFD, as macOS stores names), or an apostrophe inside a word.
    private static bool IsMark(Rune rune) => Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark || rune.Value is '\'' or '\u2019';
}
