using System.Text;

namespace Ingest.Postgres;

/// <summary>The rules for names that come from outside and reach SQL text.</summary>
public static class Identifier
{
    /// <summary>NAMEDATALEN − 1: the server cuts longer names with no more than a notice.</summary>
    public const int MaxBytes = 63;

    /// <summary>Throws when <paramref name="name"/> is not a plain identifier of at most 63 bytes.</summary>
    /// <param name="name">The name from outside.</param>
    /// <param name="what">What it names, for the message: <c>table</c>, <c>column</c>.</param>
    /// <exception cref="PlanException">The name is not allowed.</exception>
    public static void Check(string name, string what)
    {
        if (!IsPlain(name))
            throw new PlanException("bad_identifier",
                $"{what} name {Show(name)} is not allowed: use letters, digits and underscores, not starting with a digit");
        if (name.Length > MaxBytes)
            throw new PlanException("bad_identifier",
                $"{what} name {Show(name)} has {name.Length} bytes; PostgreSQL allows {MaxBytes}");
    }

    /// <summary>Whether <paramref name="name"/> is a plain identifier of at most 63 bytes.</summary>
    public static bool IsValid(string name) => name.Length <= MaxBytes && IsPlain(name);

    /// <summary>A name in double quotes for SQL text.</summary>
    public static string Quote(string name) => "\"" + name.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";

    /// <summary>A name for a message: quoted, control characters escaped, cut at 80 characters.</summary>
    public static string Show(string name)
    {
        var shown = new StringBuilder("'");
        foreach (var c in name.Length > 80 ? name[..80] + "…" : name)
        {
            if (char.IsControl(c)) shown.Append($"\\u{(int)c:x4}");
            else shown.Append(c);
        }
        return shown.Append('\'').ToString();
    }

    /// <summary><c>^[A-Za-z_][A-Za-z0-9_]*$</c>, told without a regular expression: loading those took ten milliseconds of every start.</summary>
    private static bool IsPlain(string name)
    {
        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        }
        return name.Length > 0 && !char.IsAsciiDigit(name[0]);
    }
}
