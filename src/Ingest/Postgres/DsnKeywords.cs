using System.Data.Common;
using System.Text;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>Reads the two keyword forms: libpq's (<c>host=db dbname='my db'</c>) and Npgsql's (<c>Host=db;Username=me</c>).</summary>
internal static class DsnKeywords
{
    /// <summary>
    /// Whether the text is Npgsql's form: one pair before the first semicolon, and then pairs between semicolons; or a
    /// first keyword that is not libpq's.
    /// </summary>
    public static bool IsNpgsqlForm(string text)
    {
        var pieces = text.Split(';');
        var equals = pieces[0].IndexOf('=');
        if (equals < 0 || HasMorePairs(pieces[0], equals)) return false;
        if (!DsnParameters.IsKnown(pieces[0][..equals].Trim())) return true;
        return pieces.Length > 1 && !pieces[0].Contains('\'') && pieces.Skip(1).All(StartsPair);
    }

    /// <summary>Adds the pairs of libpq's form (PostgreSQL documentation, 34.1.1.1 Keyword/Value Connection Strings).</summary>
    /// <exception cref="PlanException">The text is malformed; the message quotes none of it.</exception>
    public static void Parse(string text, string origin, DsnParameters parameters)
    {
        var position = 0;
        while (true)
        {
            SkipSpace(text, ref position);
            if (position == text.Length) return;

            var start = position;
            while (position < text.Length && text[position] != '=' && !char.IsWhiteSpace(text[position])) position++;
            var name = text[start..position];
            SkipSpace(text, ref position);
            if (position == text.Length || text[position] != '=') throw DsnMessages.Syntax(origin, "a word without '='", start);
            position++;
            SkipSpace(text, ref position);
            parameters.Add(name, Value(text, origin, ref position), origin);
        }
    }

    /// <summary>Reads Npgsql's form.</summary>
    /// <exception cref="PlanException">The text is malformed, or a keyword is not known.</exception>
    public static NpgsqlConnectionStringBuilder ParseNpgsql(string text, string origin)
    {
        var pairs = new DbConnectionStringBuilder();
        try
        {
            pairs.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            throw DsnMessages.NpgsqlSyntax(origin);
        }

        var builder = new NpgsqlConnectionStringBuilder();
        foreach (string keyword in pairs.Keys)
        {
            var isPassword = keyword.Equals("password", StringComparison.OrdinalIgnoreCase) || keyword is "pwd" or "psw";
            if (!isPassword && DsnParameters.HoldsASetting((string)pairs[keyword])) throw DsnMessages.LostSeparator(origin, keyword);
            try
            {
                builder[keyword] = pairs[keyword];
            }
            catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException)
            {
                throw DsnMessages.UnknownNpgsqlKeyword(origin, keyword);
            }
        }
        return builder;
    }

    private static string Value(string text, string origin, ref int position)
    {
        var value = new StringBuilder();
        var start = position;
        var quoted = position < text.Length && text[position] == '\'';
        if (quoted) position++;
        while (position < text.Length && !(quoted ? text[position] == '\'' : char.IsWhiteSpace(text[position])))
        {
            if (text[position] == '\\' && position + 1 < text.Length) position++;
            value.Append(text[position++]);
        }
        if (!quoted) return value.ToString();
        if (position == text.Length) throw DsnMessages.Syntax(origin, "a quote that is not closed", start);
        position++;
        return value.ToString();
    }

    // "b host=h" is the rest of a libpq password with a semicolon; "User Id=h" is one of Npgsql's keywords.
    private static bool StartsPair(string piece)
    {
        var keyword = piece.Split('=')[0].Trim();
        return !keyword.Contains(' ') || new NpgsqlConnectionStringBuilder().ContainsKey(keyword);
    }

    private static bool HasMorePairs(string pair, int equals)
    {
        var value = pair.AsSpan(equals + 1).Trim();
        var space = value.IndexOfAny(' ', '\t', '\n');
        return space >= 0 && value[space..].Contains('=');
    }

    private static void SkipSpace(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position])) position++;
    }
}
