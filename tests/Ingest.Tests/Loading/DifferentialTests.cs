using FsCheck;
using FsCheck.Fluent;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>The same file through psql's \copy and through the loader gives the same rows.</summary>
public sealed class DifferentialTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Types = """
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'very happy');
        CREATE DOMAIN code3 AS varchar(3);
        CREATE DOMAIN positive AS int CHECK (VALUE > 0);
        """;

    private static readonly string[] Columns =
    [
        "id int", "a2 int2", "a8 int8", "f4 float4", "f8 float8", "n numeric", "n2 numeric(12,3)", "b bool", "d date", "ti time", "ti0 time(0)", "tz timetz",
        "ts timestamp", "tstz timestamptz(3)", "u uuid", "by bytea", "te text", "vc varchar(10)", "ch char(5)", "na name",
        "js json", "jb jsonb", "ip inet", "net cidr", "mac macaddr", "mac8 macaddr8",
        "o oid", "iv interval", "ia int[]", "ta text[]", "rg int4range", "mo money", "xm xml", "c3 code3", "po positive", "en mood",
        "bi bit(3)", "vb bit varying(8)", "pt point", "tsv tsvector",
    ];

    private static readonly string?[][] Values =
    [
        ["1", "-32768", "-9223372036854775808", "1.5", "1e300", "NaN", "123456789.123", "t", "2024-02-29", "23:59:59.999999", "12:00:00", "12:00:00+02",
            "2024-01-01 00:00:00", "2024-01-01T12:34:56.789+02:00", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "\\x00ff", "plain", "0123456789", "ab", "name",
            "{\"a\": 1}", "{\"b\":[1,2,{\"c\":null}]}", "192.168.0.1/24", "10.0.0.0/8", "08:00:2b:01:02:03", "08:00:2b:01:02:03:04:05",
            "4294967295", "1 day 2 hours", "{1,2,NULL}", "{\"a,b\",\"c\\\"d\",\"\"}", "[1,10)", "12.34", "<a>x</a>", "abc", "7", "very happy", "101", "1101", "(1,2)", "'a' 'b'"],
        ["2", "32767", "9223372036854775807", "-Infinity", "NaN", "-0.000000000000000000001", "-0.0004", "no", "infinity", "00:00:00", "23:59:59.6", "00:00:00-15:59",
            "-infinity", "1900-01-01 00:00:00+00", "A0EEBC999C0B4EF8BB6D6BB9BD380A11", "", "line\nbreak", "é", "x", "with \"quotes\"",
            "[]", "\"text\"", "::1", "::/0", "08-00-2b-01-02-03", "08002b0102030405",
            "0", "-3 months", "{}", "{}", "empty", "-1", "<b/>", "", "1", "sad", "000", "", "(0,0)", ""],
        ["3", null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
            null, null, null, null, null, null, null, null, null, null, null, null, null, null],
        ["4", "0", "0", "0", "-0", "1e20", "0.0005", "off", "4713-01-01 BC", "04:05", "1:2:3", "04:05-8", "1999-01-08 04:05:06", "2024-06-01 00:00:00-05:30",
            "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "\\001abc", ",;|\t", " sp ", "trail  ", "ü", "null", "1e5", "1.2.3.4", "1.2.3.0/24", "0800.2b01.0203", "0800:2b01:0203:0405",
            "12", "P1Y2M3DT4H5M6S", "[0:1]={5,6}", "{NULL,\"NULL\"}", "(,5]", "$1,234.50", "t", "ü\"\"", "2147483647", "ok", "111", "1", "(-1.5,2e3)", "x:1A y"],
    ];

    [SkippableTheory]
    [InlineData(false, "\n", true, 1)]
    [InlineData(false, "\r\n", true, 2)]
    [InlineData(false, "\n", false, 3)]
    [InlineData(true, "\n", true, 2)]
    [InlineData(true, "\r\n", false, 3)]
    public async Task Every_type_is_stored_as_copy_stores_it(bool isUpsert, string lineBreak, bool endsWithBreak, int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"{Types} CREATE TABLE r ({string.Join(", ", Columns)}); CREATE TABLE t (LIKE r{(isUpsert ? ", PRIMARY KEY (id)" : "")})");
        // An upsert into a table with rows goes through stage and merge, one into an empty table may not.
        if (isUpsert) await scene.Database.ExecuteAsync("INSERT INTO t (id) VALUES (1), (99); INSERT INTO r (id) VALUES (99)");
        var header = string.Join(',', Columns.Select(c => c.Split(' ')[0]));
        var text = CsvText.File(header, Values.Select(v => string.Join(',', v.Select(f => Cell(f, lineBreak)))), lineBreak);
        if (!endsWithBreak) text = text[..^lineBreak.Length];
        var path = scene.Write("types.csv", text);

        await CopyAsync(scene, path);
        var job = isUpsert ? LoadScene.Job(path) : LoadScene.Append(path);
        await scene.LoadedAsync(job with { Concurrency = lanes, ChunkSize = 3 });

        await AssertSameAsync(scene);
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Case_insensitive_text_is_stored_as_copy_stores_it(bool isUpsert)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var isAvailable = await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_available_extensions WHERE name = 'citext'") > 0;
        Skip.IfNot(isAvailable, "the extension citext is not installed");
        await scene.Database.ExecuteAsync(
            $"CREATE EXTENSION citext; CREATE TABLE r (k citext, v text); CREATE TABLE t (LIKE r{(isUpsert ? ", PRIMARY KEY (k)" : "")})");
        var path = scene.Write("ci.csv", "k,v\nAbc,1\nÉ,2\n\"\",3\n");
        await CopyAsync(scene, path);

        await scene.LoadedAsync((isUpsert ? LoadScene.Job(path) : LoadScene.Append(path)) with { Concurrency = 3 });

        await AssertSameAsync(scene);
    }

    [SkippableTheory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public async Task Generated_rows_are_stored_as_copy_stores_them(int seed, bool isUpsert)
    {
        const string columns = "id int, a text, b numeric, c timestamp, d jsonb, e text[], f bytea";
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE r ({columns}); CREATE TABLE t (LIKE r{(isUpsert ? ", PRIMARY KEY (id)" : "")})");
        var rows = Gen.Sample(Row, 40, new Rnd((ulong)seed), 400);
        var lineBreak = seed % 2 == 0 ? "\n" : "\r\n";
        var records = rows.Select((r, i) => string.Join(',', new[] { i.ToString() }.Concat(r.Select((f, n) => CsvText.Field(f?.Replace("\n", lineBreak), (i + n) % 5 == 0)))));
        var path = scene.Write("rows.csv", CsvText.File("id,a,b,c,d,e,f", records, lineBreak));
        await CopyAsync(scene, path);

        await scene.LoadedAsync((isUpsert ? LoadScene.Job(path) : LoadScene.Append(path)) with { Concurrency = 1 + (seed % 3), ChunkSize = 37 });

        await AssertSameAsync(scene);
    }

    private static Gen<string?[]> Row
    {
        get
        {
            var text = Gen.Elements("a", "B", "é", "😀", ",", "\"", "\n", " ", "\\", "|", ";", "\t", "'", "0", "NULL").ListOf().Select(p => string.Concat(p));
            var number = from sign in Gen.Elements("", "-", "+") from whole in Gen.Choose(0, 999_999_999) from digits in Gen.Choose(0, 20)
                         from exponent in Gen.Elements("", "", "e5", "E-7") select $"{sign}{whole}{(digits == 0 ? "" : "." + new string('7', digits))}{exponent}";
            var time = from day in Gen.Choose(-700_000, 2_000_000) from micros in Gen.Choose(0, int.MaxValue)
                       select new DateTime(2000, 1, 1).AddDays(day).AddTicks(micros * 10L * 40).ToString("yyyy-MM-dd HH:mm:ss.ffffff");
            var document = text.Select(t => System.Text.Json.JsonSerializer.Serialize(new { t, list = new[] { 1.5, -2 } }));
            var list = text.ListOf().Select(items => "{" + string.Join(',', items.Select(t => "\"" + t.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"")) + "}");
            var bytes = Gen.Choose(0, 255).ListOf().Select(b => "\\x" + System.Convert.ToHexStringLower([.. b.Select(x => (byte)x)]));
            return from a in OrNull(text) from b in OrNull(number) from c in OrNull(time) from d in OrNull(document) from e in OrNull(list) from f in OrNull(bytes)
                   select new[] { a, b, c, d, e, f };
        }
    }

    private static Gen<string?> OrNull(Gen<string> values) =>
        Gen.Frequency((4, values.Select(v => (string?)v)), (1, Gen.Constant<string?>(null)));

    private static string Cell(string? value, string lineBreak) => CsvText.Field(value?.Replace("\n", lineBreak));

    private static async Task CopyAsync(LoadScene scene, string path)
    {
        var copied = await Psql.RunAsync(scene.Database.Dsn, $"\\copy r from '{path}' (format csv, header true)");
        Assert.Equal(("", 0), (copied.Errors, copied.ExitCode));
    }

    private static async Task AssertSameAsync(LoadScene scene)
    {
        Assert.Empty(await scene.Database.RowsAsync("SELECT '-', r::text FROM r EXCEPT ALL SELECT '-', t::text FROM t"));
        Assert.Empty(await scene.Database.RowsAsync("SELECT '+', t::text FROM t EXCEPT ALL SELECT '+', r::text FROM r"));
    }
}
