using Ingest.Plan;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Values that the server converts mean what the options and the column say, as those do that are converted here.</summary>
public sealed class TextRouteTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("dd.MM.yyyy HH:mm:ss", "05.06.2024 10:00:00", "2024-06-05 08:00:00+00")]
    [InlineData("dd.MM.yyyy HH:mm:ss", "31.12.2024 23:59:60", "2024-12-31 23:00:00+00")]
    [InlineData("dd.MM.yyyy HH:mm:ss", "2024-06-05 10:00:00", "2024-06-05 08:00:00+00")]
    [InlineData("dd.MM.yyyy HH:mm:ss", "05.01.0042 10:00:00", "0042-01-05 09:06:32+00")]
    [InlineData("dd.MM.yyyy HH:mm:ss.fff", "05.01.2024 10:00:00.250", "2024-01-05 09:00:00.25+00")]
    [InlineData("MM/dd/yyyy HH:mm zzz", "06/05/2024 10:00 -08:30", "2024-06-05 18:30:00+00")]
    [InlineData("d.M.yyyy", "5.6.2024", "2024-06-04 22:00:00+00")]
    public async Task A_date_format_holds_under_any_time_zone(string format, string text, string instant)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, at timestamptz)");
        var path = scene.Write("z.csv", $"id,at\n1,{text}\n");

        await InBerlinAsync(scene, LoadScene.Append(path) with { Convert = new() { DateFormats = [format] } });

        Assert.Equal([instant], await scene.Database.RowsAsync("SET TimeZone = 'UTC'; SELECT at::text FROM t"));
    }

    [Fact]
    public async Task What_is_neither_in_the_date_format_nor_ISO_is_a_reject_under_any_time_zone()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, at timestamptz)");
        var path = scene.Write("z.csv", "id,at\n1,5/6/2024 10:00\n2,31.02.2024\n3,05.06.2024\n");

        var result = await InBerlinAsync(scene, LoadScene.Append(path) with { Convert = new() { DateFormats = ["dd.MM.yyyy"] }, MaxRejects = new(2, null) });

        Assert.Equal(2, result.Total.Rejected);
        Assert.Equal(["1|2|22007|1,5/6/2024 10:00", "2|3|22008|2,31.02.2024"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task A_regclass_is_read_as_COPY_reads_it_by_name_or_number()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v regclass)");
        var path = scene.Write("r.csv", "id;v\n1;-\n2;1259\n3;pg_class\n4;pg_catalog.\"pg_type\"\n5;0\n");

        await scene.LoadedAsync(LoadScene.Append(path));

        Assert.Equal(["1|0", "2|1259", "3|1259", "4|1247", "5|0"], await scene.Database.RowsAsync("SELECT id, v::oid FROM t ORDER BY id"));
    }

    [SkippableTheory]
    [InlineData("date[]", "dd.MM.yyyy", false, "--date-format")]
    [InlineData("daterange", "dd.MM.yyyy", false, "--date-format")]
    [InlineData("tstzmultirange", "dd.MM.yyyy", false, "--date-format")]
    [InlineData("span", "dd.MM.yyyy", false, "--date-format")]
    [InlineData("days", "dd.MM.yyyy", false, "--date-format")]
    [InlineData("numeric[]", null, true, "--decimal-comma")]
    [InlineData("numrange", null, true, "--decimal-comma")]
    [InlineData("price", null, true, "--decimal-comma")]
    [InlineData("money[]", null, true, "--decimal-comma")]
    public async Task An_option_that_does_not_reach_into_a_value_is_refused(string type, string? format, bool comma, string option)
    {
        Skip.If(postgres.Major < 14 && type.Contains("multirange", StringComparison.Ordinal), "multiranges are of PostgreSQL 14");
        await using var scene = await LoadScene.CreateAsync(
            postgres,
            "CREATE TYPE span AS (since date, n int); CREATE DOMAIN day AS date; CREATE DOMAIN days AS day[]; CREATE TYPE price AS (amount numeric(8,2)); "
            + $"CREATE TABLE t (id int, v {type})");
        var path = scene.Write("v.csv", "id;v\n1;\n");

        var refusal = await scene.RefusedAsync(LoadScene.Append(path) with { Convert = new() { DateFormats = format is null ? [] : [format], DecimalComma = comma } });

        Assert.Equal("no_conversion", refusal.Code);
        Assert.Contains(option, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("column v", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Arrays_and_ranges_of_other_types_do_not_mind_the_options()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (a int[], r int4range, c text[], p point)");
        var path = scene.Write("v.csv", "a;r;c;p\n{1,2};[1,5);{7,5};(1,2)\n");

        await scene.LoadedAsync(LoadScene.Append(path) with { Convert = new() { DateFormats = ["dd.MM.yyyy"], DecimalComma = true } });

        Assert.Equal(["{1,2}|[1,5)|{7,5}|(1,2)"], await scene.Database.RowsAsync("SELECT a::text, r::text, c::text, p::text FROM t"));
    }

    [Fact]
    public async Task Money_may_have_a_decimal_comma()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, m money)");
        var path = scene.Write("m.csv", "id;m\n1;7,5\n2;1.234,56\n3;-0,10\n4;$7,5\n5;1.5\n6;\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { Convert = new() { DecimalComma = true }, MaxRejects = new(2, null) }, 2);

        Assert.Equal(["1|7.50", "2|1234.56", "3|-0.10", "6|∅"], await scene.Database.RowsAsync("SELECT id, m::numeric FROM t ORDER BY id"));
        Assert.Equal(["4|5|22P02|4;$7,5", "5|6|22P02|5;1.5"], await scene.RejectsAsync());
    }

    [Theory]
    [InlineData("interval minute to second")]
    [InlineData("interval hour to minute")]
    [InlineData("interval year to month")]
    [InlineData("interval day")]
    [InlineData("interval second(2)")]
    [InlineData("interval(2)")]
    [InlineData("interval")]
    [InlineData("fields")]
    [InlineData("interval minute to second[]")]
    [InlineData("fields[]")]
    public async Task Intervals_are_what_COPY_makes_of_them(string type)
    {
        string[] texts = ["10:20", "5", "1.239", "1-2", "3 days 4:05:06.789", "-10:20", "2 years 3 mons", "P1Y2M3DT4H5M6S", "1 2:03"];
        if (type.EndsWith("[]", StringComparison.Ordinal)) texts = [.. texts.Select(t => $"{{{t},NULL}}")];
        await using var scene = await LoadScene.CreateAsync(
            postgres, $"CREATE DOMAIN fields AS interval minute to second; CREATE TABLE t (id int PRIMARY KEY, v {type}); CREATE TABLE copied (id int PRIMARY KEY, v {type})");
        var content = "id;v\n" + string.Concat(texts.Select((text, i) => $"{i};{text}\n"));
        await using (var connection = await scene.Database.OpenAsync())
        {
            await using var copy = await connection.BeginTextImportAsync("COPY copied FROM STDIN (FORMAT csv, DELIMITER ';', HEADER)");
            await copy.WriteAsync(content);
        }
        var path = scene.Write("i.csv", content);

        await scene.LoadedAsync(LoadScene.Job(path));
        await scene.LoadedAsync(LoadScene.Job(path) with { Key = ["id"] });

        Assert.Equal(
            await scene.Database.RowsAsync("SELECT id, v::text FROM copied ORDER BY id"),
            await scene.Database.RowsAsync("SELECT id, v::text FROM t ORDER BY id"));
    }

    [Fact]
    public async Task With_a_text_for_NULL_an_empty_field_is_empty_where_the_type_has_an_empty_value()
    {
        const string columns = "a text, b tsvector, c tsquery, d hstore, e \"char\", f varbit, g xml, h docs, i int, j int[], k bit(3)";
        await using var scene = await LoadScene.CreateAsync(
            postgres, $"CREATE EXTENSION hstore; CREATE DOMAIN docs AS tsvector; CREATE TABLE t ({columns}); CREATE TABLE copied ({columns})");
        var path = scene.Write("e.csv", "a;b;c;d;e;f;g;h;i;j;k\n;;;;;;;;;;\n" + @"\N;\N;\N;\N;\N;\N;\N;\N;\N;\N;\N" + "\n");
        await using (var connection = await scene.Database.OpenAsync())
        {
            await using var copy = await connection.BeginTextImportAsync(@"COPY copied (a, b, c, d, e, f, g, h) FROM STDIN (FORMAT csv, DELIMITER ';', NULL '\N')");
            await copy.WriteAsync(";;;;;;;\n" + @"\N;\N;\N;\N;\N;\N;\N;\N" + "\n");
        }

        await scene.LoadedAsync(LoadScene.Append(path) with { Csv = new() { Null = @"\N" } });

        const string rows = "SELECT a, b::text, c::text, d::text, e::text, f::text, g::text, h::text, i, j, k FROM {0} ORDER BY a NULLS LAST";
        Assert.Equal(
            await scene.Database.RowsAsync(string.Format(null, rows, "copied")), await scene.Database.RowsAsync(string.Format(null, rows, "t")));
    }

    private static async Task<LoadResult> InBerlinAsync(LoadScene scene, LoadJob job)
    {
        var result = await scene.LoadAsync(job, scene.Database.ConnectionString + ";Timezone=Europe/Berlin");
        Assert.True(result.ExitCode is ExitCode.Success or ExitCode.LoadedWithRejects, $"{result.ExitCode}: {result.Error?.Message}");
        return result;
    }
}
