using System.Globalization;
using System.Text;
using Npgsql;

namespace Ingest.Postgres;

/// <summary>
/// The password file (PostgreSQL documentation, 34.16): lines of <c>host:port:database:user:password</c>. Read here and
/// not left to Npgsql, which does not match a Unix socket with <c>localhost</c> and would keep the password from
/// <see cref="SecretFilter"/>. With several hosts, Npgsql reads it for each.
/// </summary>
internal static class DsnPassfile
{
    /// <summary>Sets the password from the file when none is given and a line matches.</summary>
    /// <exception cref="PlanException">The file cannot be read.</exception>
    public static void Apply(NpgsqlConnectionStringBuilder builder, IReadOnlyDictionary<string, string> env)
    {
        if (builder.Password is not null || builder.Host is null || builder.Host.Contains(',')) return;
        var file = builder.Passfile ?? UserFiles.InHome(env, ".pgpass", "pgpass.conf");
        if (file is null || !File.Exists(file)) return;

        string[] wanted =
        [
            builder.Host.StartsWith('/') ? "localhost" : builder.Host,
            builder.Port.ToString(CultureInfo.InvariantCulture),
            builder.Database ?? builder.Username ?? "",
            builder.Username ?? "",
        ];
        foreach (var line in UserFiles.ReadLines("password file", file))
        {
            if (line.StartsWith('#')) continue;
            var fields = Split(line);
            if (fields.Count != 5) continue;
            if (!wanted.Select((value, i) => fields[i].Raw == "*" || fields[i].Value == value).All(matches => matches)) continue;
            builder.Password = fields[4].Value;
            return;
        }
    }

    private static List<(string Raw, string Value)> Split(string line)
    {
        var fields = new List<(string, string)>();
        var value = new StringBuilder();
        var start = 0;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && i + 1 < line.Length)
            {
                value.Append(line[++i]);
            }
            else if (line[i] == ':' && fields.Count < 4)
            {
                fields.Add((line[start..i], value.ToString()));
                value.Clear();
                start = i + 1;
            }
            else
            {
                value.Append(line[i]);
            }
        }
        fields.Add((line[start..], value.ToString()));
        return fields;
    }
}
