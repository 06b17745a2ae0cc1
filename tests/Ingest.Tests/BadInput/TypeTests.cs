using Ingest.Lanes;
using Ingest.Tests.Loading;

namespace Ingest.Tests.BadInput;

/// <summary>
/// Values at, just inside and just outside of the bounds of every type, and garbage: what the server reads, the loader
/// loads as the same value; what the server refuses becomes a reject with the server's SQLSTATE, and the record's place.
/// </summary>
public sealed class TypeTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private static readonly string[] DateGarbage =
        ["", " ", "2024", "2024-1", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", "2024-02-30", "2023-02-29", "1900-02-29", "2100-02-29", "0000-01-01", "99999999999-01-01", "24-1-1x", "x", "2024-01-01-01", "2024-01-0१"];

    private static readonly TypeCase[] Table =
    [
        new("The bounds of int2", "int2", "-32769", "-32768", "-0", "+1", "32767", "32768", "1e2", "1.0", "1_000", "0x10", "", "--1", " 7 ", "٣", "99999999999999999999"),
        new("The bounds of int4", "int4", "-2147483649", "-2147483648", "2147483647", "2147483648", "1,000", "1.5", "NaN", "true", "\u00a01", "1\u200b"),
        new("The bounds of int8", "int8", "-9223372036854775809", "-9223372036854775808", "9223372036854775807", "9223372036854775808", "1e18", "123456789012345678901234567890"),
        new("The bounds of oid", "oid", "0", "4294967295", "4294967296", "-1", "-2147483649", "abc", "037", "08", "0x1F", " 012 "),
        new("The bounds of float4", "float4", "3.4028235e38", "3.4028236e38", "3.5e38", "-3.5e38", "1e39", "1.4e-45", "1e-45", "7e-46", "1e-60", "NaN", "-Infinity", "inf", "nan(1)", "1.", ".5", ".", "1e", "0x1p3", "1d") { ByDecision = ["nan(1)"] },
        new("The bounds of float8", "float8", "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e309", "5e-324", "4.9e-324", "2e-324", "1e-400", "0.1", "9007199254740993", "Infinity", "infinit", "1,5", "--1"),
        new("The bounds of numeric", "numeric", "NaN", "Infinity", "-inf", "1e131071", "1e131072", "1e-16383", "1e-16384", "1e2147483647", "1e99999999999", "0e999999", ".", "-.", "1..2", "1e", "1e+", "0x1", "1_0", " 1 ") { Since = 14 },
        new("Numerics of as many digits as there may be, and more", "numeric", new string('9', 131_072), new string('9', 131_073), new string('9', 200_000), "0." + new string('9', 16_383), "0." + new string('9', 16_384), "0." + new string('9', 200_000), new string('0', 200_000) + "1"),
        new("The precision and scale of numeric(10,2)", "numeric(10,2)", "99999999.99", "99999999.994", "99999999.995", "100000000", "-99999999.995", "1.005", "-0.005", "NaN", "Infinity", "1e7", "1e8", new string('9', 200_000)) { Since = 14 },
        new("A scale beyond the precision", "numeric(3,5)", "0.00999", "0.009994", "0.009995", "0.01", "0.1", "0.000001") { Since = 15 },
        new("A negative scale", "numeric(3,-2)", "99900", "99949", "99950", "100000", "49", "50") { Since = 15 },
        new TypeCase("The precision of numeric(4,1)", "numeric(4,1)", "999.9", "999.94", "999.95", "1000", "-1000").Staged,
        new("Money", "money", "92233720368547758.07", "92233720368547758.08", "-92233720368547758.08", "-92233720368547758.09", "$1.00", "(1)", "x"),

        new("Lengths of varchar(3) are in characters", "varchar(3)", "", "abc", "abcd", "äöü", "äöüß", "😀😀😀", "😀😀😀😀", "e\u0301e", "e\u0301ee", "abc   ", "abc  d", "ab\n", "   ", "    "),
        new TypeCase("Lengths of varchar(3)", "varchar(3)", "abc", "abcd", "äöüß", "😀😀😀", "abc   ").Staged,
        new("Lengths of char(3) are in characters", "char(3)", "", "a", "abc", "abcd", "äöü", "äöüß", "😀😀😀", "abc   ", "abc  d"),
        new TypeCase("Lengths of char(3)", "char(3)", "a", "abc", "abcd", "äöüß", "abc   ").Staged,
        new("A char of no length is one character", "char", "", "a", "ab", "ä", "a "),
        new("The internal char", "\"char\"", "a", "ab", "ä", "") { Since = 15 },
        new("Text is what it is", "text", "", " ", "\\N", "NULL", "\\.", "\\", "'", "\"", "\u0085", "\u2028", new string('x', 100_000)),
        new("Names are cut", "name", new string('a', 63), new string('a', 64), new string('ä', 32)),

        new("Words for true and false", "bool", "t", "TRUE", "y", "yes", "on", "1", "f", "no", "of", "off", "0", "o", "2", "", "truely", " true ", "tr ue", "-1", "wahr"),
        new("UUIDs and what is not one", "uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a111", "g0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11 "),
        new("Binary values and what is not one", "bytea", "", "\\x", "\\xdeadBEEF", "\\xde ad", "\\xabc", "\\xzz", "\\000\\377", "\\400", "\\08", "\\", "a\\\\b", "\\X00", "ä"),

        new("The bounds of dates", "date", [.. DateGarbage, "4714-11-24 BC", "4714-11-23 BC", "5874897-12-31", "5874898-01-01", "0001-01-01", "0001-12-31 BC", "2000-02-29", "2024-02-29", "infinity", "-infinity", "inf", "2024-01-01 BC AD", "20240229", "20230229", "2024-01-01T00:00:00"]),
        new("Dates that hang on the clock", "date", "now", "today", "tomorrow", "yesterday", "epoch") { ByDecision = ["now", "today", "tomorrow", "yesterday", "epoch"] },
        new("Dates that hang on a setting", "date", "01/02/2024", "1-2-2024", "31.12.2024", "12/31/2024", "Jan 2 2024", "2024-Jan-02", "J2451187", "2024-060", "2024.060") { ByDecision = ["01/02/2024", "1-2-2024", "12/31/2024", "Jan 2 2024", "2024-Jan-02", "J2451187", "2024-060", "2024.060"], OtherCode = ["31.12.2024"] },
        new("The bounds of timestamps", "timestamp", [.. DateGarbage, "4714-11-24 00:00:00 BC", "4714-11-23 23:59:59.999999 BC", "294276-12-31 23:59:59.999999", "294277-01-01 00:00:00", "2024-12-31 23:59:60", "2024-12-31 24:00:00", "2024-12-31 24:00:01", "2024-12-31 25:00", "2024-12-31 23:60", "infinity", "-infinity", "2024-02-29 12:00:00.123456789", "2024-02-29T12:00:00Z", "2024-02-29 12:00:00+99"]),
        new TypeCase("A precision of timestamps", "timestamp(0)", "2024-12-31 23:59:59.5", "2024-12-31 23:59:59.499999", "2024-02-30", "infinity").Staged,
        new("The bounds of timestamps with a zone", "timestamptz", "294276-12-31 23:59:59.999999+00", "294276-12-31 23:59:59.999999-01", "4714-11-24 00:00:00+00 BC", "4714-11-24 00:00:00+01 BC", "2024-01-01 00:00:00+15:59:59", "2024-01-01 00:00:00+16", "2024-01-01 00:00:00-15:59:59", "2024-01-01 00:00:00-16", "2024-01-01 12:00:00 Z", "infinity", "2024-01-01 00:00:00+1x"),
        new("The bounds of times", "time", "00:00", "24:00:00", "24:00:00.000001", "23:59:59.9999999", "23:59:60", "23:59:61", "12:60", "25:00", "-1:00", "", "12", "1200", "120000", "12:00 PM", "13:00 PM", "00:00 AM", "x"),
        new("The bounds of times with a zone", "timetz", "24:00:00+15:59:59", "00:00:00-15:59:59", "00:00+16", "12:00Z", "12:00+05:30", "12:00+5:60", "x"),
        new("The bounds of intervals", "interval", "178000000 years", "178956970 years", "178956971 years", "2147483647 days", "2147483648 days", "1 mon 2 days", "P1Y2M3DT4H5M6S", "PT", "1:2:3:4", "", "x", "1 fortnight", "-1-2 +3 -4:05:06", "1e400 seconds"),
        new("Intervals of some fields", "interval day to second (2)", "1 day 2:03:04.567", "1 year", "x"),

        new("Arrays and what is not one", "int[]", "{}", "{1,2}", "{1,NULL}", "{{1,2},{3,4}}", "{{1,2},{3}}", "{1,}", "{1", "1,2", "{a}", "[2:3]={1,2}", "[3:2]={}", "{2147483648}", "{\"1\"}", ""),
        new TypeCase("Arrays of texts with a length", "varchar(2)[]", "{ab,cd}", "{abc}", "{\"a,\",b}", "{\"\"}").Staged,
        new("Ranges and what is not one", "int4range", "[1,2)", "[2,1)", "(,)", "empty", "[1,2", "[1;2]", "[2147483647,2147483647]", "[1,2147483648)", "", "[1,1)"),
        new("Ranges of dates", "daterange", "[2024-01-01,2024-02-30)", "[2024-01-01,infinity)", "(,2024-01-01]"),
        new("Sets of ranges", "int4multirange", "{}", "{[1,3),[2,5)}", "{[5,1)}", "{[1,2)", "[1,2)") { Since = 14 },
        new("Words of an enumeration", "mood", "sad", "ok", "Sad", "happy", "", " sad", new string('x', 64), new string('x', 100_000)) { Ddl = "CREATE TYPE mood AS ENUM ('sad', 'ok')" },
        new("Values of a domain", "upper3", "ABC", "abc", "ABCD", "", "ÄÖÜ", "äöü") { Ddl = "CREATE DOMAIN upper3 AS varchar(3) CHECK (VALUE = upper(VALUE))" },
        new TypeCase("Values of a domain over a domain", "small", "1", "0", "-1", "100", "99", "x", "2147483648") { Ddl = "CREATE DOMAIN positive AS int CHECK (VALUE > 0); CREATE DOMAIN small AS positive CHECK (VALUE < 100)" }.Staged,
        new("Values of a composite type", "pair", "(1,a)", "(1)", "(1,a,b)", "(x,a)", "(,)", "()", "1,a", "(1,\"a,b\")") { Ddl = "CREATE TYPE pair AS (a int, b text)" },

        new("JSON and what is not", "json", "{}", "{", "null", "", "{\"a\":1,\"a\":2}", "[1,]", "'a'", "1e999999", "\"\\u0000\"", "\"\\ud800\"", "\"\\x\"", "\"\n\"", "NaN", "{\"a\"}", "tru", "[" + new string(' ', 10_000) + "]"),
        new("Binary JSON and what is not", "jsonb", "{}", "{", "{\"b\":1,\"a\":2,\"a\":3}", "1e131071", "1e131072", "\"\\u0000\"", "\"\\ud800\"", "\"\\ud83d\\ude00\"", "\"\\udc00\"", "[1 2]", "", "01", "+1", "1."),
        new("JSON that is nested beyond the server's stack", "jsonb", new string('[', 6_000) + new string(']', 6_000), new string('[', 200_000) + new string(']', 200_000), "1"),
        new("Keys that no index can hold", "text", "a", Noise(8_000), Noise(12_000), new string('a', 100_000)) { Constraint = "UNIQUE" },
        new("XML and what is not", "xml", "<a/>", "<a>", "text", "<a/><b/>", "<a b=c/>", "<?xml version=\"1.0\" encoding=\"latin1\"?><a>ä</a>", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><a>&x;</a>"),
        new("Paths of JSON", "jsonpath", "$.a", "$.", "$[*] ? (@ > 1)", "x y"),

        new("Addresses of hosts", "inet", "192.168.0.1", "256.0.0.1", "192.168.0.1/33", "192.168.0.1/32", "::1/128", "::1/129", "::ffff:1.2.3.4", "1.2.3", "", "fe80::1%eth0", "1.2.3.4.5", ":::"),
        new("Addresses of networks", "cidr", "192.168.0.0/24", "192.168.0.1/24", "10", "::/0", "::1/64", "x"),
        new("Addresses of cards", "macaddr", "08:00:2b:01:02:03", "08-00-2b-01-02-03", "08002b010203", "08:00:2b:01:02", "08:00:2b:01:02:100", "0800.2b01.0203", "gg:00:2b:01:02:03", "") { OtherCode = ["08:00:2b:01:02:100"] },
        new("Long addresses of cards", "macaddr8", "08:00:2b:01:02:03:04:05", "08:00:2b:01:02:03", "08:00:2b:01:02:03:04", "x"),
        new("Bits of a length", "bit(4)", "1010", "101", "10100", "10102", "xa", "b1010", ""),
        new TypeCase("Bits of a length", "bit(4)", "1010", "10100", "1").Staged,
        new("Bits up to a length", "varbit(4)", "", "1", "1010", "10100", "2"),
        new("Points, lines and the like", "point", "(1,2)", "1,2", "(1,2", "(x,2)", "(1e400,2)", "(NaN,Infinity)", ""),
        new("Circles", "circle", "<(1,2),3>", "<(1,2),-3>", "1,2,3", "x"),
        new("Words to search", "tsvector", "a b c", "a:1A b:2", "'a", "", "a:99999", new string('x', 3000)),
        new("Words to search for", "tsquery", "a & b", "a &", "(a", "!a", ""),
        new("Positions of rows and of the log", "pg_lsn", "0/0", "FFFFFFFF/FFFFFFFF", "1/100000000", "0", "G/0"),
        new("Positions of rows", "tid", "(0,1)", "(4294967295,65535)", "(4294967296,1)", "(0,65536)", "0,1"),
    ];

    public static TheoryData<string> Cases => [.. Table.Select(c => c.Name)];

    [SkippableTheory]
    [MemberData(nameof(Cases))]
    public async Task The_server_decides_what_a_value_is(string name)
    {
        Skip.If(database.Major < Table.Single(c => c.Name == name).Since, "the type, or what it takes, is of a later PostgreSQL");
        var input = Table.Single(c => c.Name == name);
        await using var scene = await database.SceneAsync($"""
            {input.Ddl};
            CREATE TABLE t (id int PRIMARY KEY, v {input.Type} {input.Constraint});
            CREATE TABLE said (id int, v {input.Type} {input.Constraint}, state text);
            CREATE FUNCTION ask(n int, word text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN EXECUTE format('INSERT INTO said (id, v) VALUES (%s, %L)', n, word);
            EXCEPTION WHEN OTHERS THEN INSERT INTO said (id, state) VALUES (n, SQLSTATE); END $$;
            """);
        await AskAsync(scene, input.Texts);
        var path = scene.Write("in.csv", CsvText.File("id,v", input.Texts.Select((text, i) => $"{i + 1},{CsvText.Field(text, always: true)}")));
        if (input.Mode == LoadMode.Upsert) await scene.Database.ExecuteAsync("INSERT INTO t (id) VALUES (0)");

        var result = await scene.LoadAsync(LoadScene.Job(path) with { Mode = input.Mode, MaxRejects = new(10_000, null) });

        Assert.True(result.ExitCode is ExitCode.Success or ExitCode.LoadedWithRejects, result.Error?.Message);
        Assert.Equal(input.Texts.Length, result.Total.Read);
        var said = await scene.Database.RowsAsync("""
            SELECT s.id, coalesce(s.state, ''), coalesce(r.code, ''), s.v::text IS NOT DISTINCT FROM t.v::text,
              coalesce(left(s.v::text, 60), ''), coalesce(left(t.v::text, 60), '')
            FROM said s LEFT JOIN t USING (id) LEFT JOIN ingest.rejects r ON r.record = s.id AND r.target = current_schema() || '.t'
            ORDER BY s.id
            """);
        var differences = said.Where(line => !Agrees(input, line.Split('|'))).ToList();
        Assert.True(differences.Count == 0,
            "id|server's state|ours|same value|server's value|ours\n" + string.Join('\n', differences.Select(d => $"{d}   text {Shorten(input.Texts[int.Parse(d.Split('|')[0]) - 1])}")));
        await PlacesAreExactAsync(scene, path);
    }

    private static bool Agrees(TypeCase input, string[] line)
    {
        var text = input.Texts[int.Parse(line[0]) - 1];
        var (server, ours) = (line[1], line[2]);
        if (input.ByDecision.Contains(text)) return server.Length == 0 && ours.Length > 0;
        if (input.OtherCode.Contains(text)) return server.Length > 0 && ours.Length > 0;
        return server == ours && (server.Length > 0 || line[3] == "True");
    }

    private static async Task AskAsync(LoadScene scene, string[] texts)
    {
        await using var connection = await scene.Database.OpenAsync();
        for (var i = 0; i < texts.Length; i++)
        {
            await using var command = new Npgsql.NpgsqlCommand("SELECT ask($1, $2)", connection)
            {
                Parameters = { new() { Value = i + 1 }, new() { Value = texts[i] } },
            };
            await command.ExecuteNonQueryAsync();
        }
    }

    /// <summary>At each reject's byte offset stand the bytes that it keeps, and so many line breaks before them.</summary>
    private static async Task PlacesAreExactAsync(LoadScene scene, string path)
    {
        var content = File.ReadAllBytes(path);
        await using var connection = await scene.Database.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("SELECT record, line, byte_offset, raw FROM ingest.rejects WHERE target = current_schema() || '.t'", connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            var offset = (int)reader.GetInt64(2);
            Assert.StartsWith($"{reader.GetInt64(0)},", reader.GetString(3), StringComparison.Ordinal);
            Assert.True(content.AsSpan(offset).StartsWith(System.Text.Encoding.UTF8.GetBytes(reader.GetString(3))));
            Assert.Equal(content.AsSpan(0, offset).Count((byte)'\n') + 1, reader.GetInt64(1));
        }
    }

    /// <summary>Text that the server cannot compress, so that it is too large for an index.</summary>
    private static string Noise(int length)
    {
        var random = new Random(7);
        return string.Concat(Enumerable.Range(0, length).Select(_ => (char)('!' + random.Next(90))));
    }

    private static string Shorten(string text) => text.Length <= 60 ? $"'{text}'" : $"'{text[..30]}…' ({text.Length} characters)";
}
