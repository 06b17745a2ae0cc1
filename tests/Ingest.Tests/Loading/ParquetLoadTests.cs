using Ingest.Manifest;
using Ingest.Plan;
using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;
using Ingest.Tests.Sources;

namespace Ingest.Tests.Loading;

/// <summary>What every load promises, for Parquet files.</summary>
public sealed class ParquetLoadTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly (long Id, string? Text)[] Rows = [.. Enumerable.Range(1, 10_000).Select(i => ((long)i, i % 7 == 0 ? null : $"{i}"))];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Rows_of_all_row_groups_arrive_whatever_the_number_of_lanes(int lanes)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (v int, id bigint)");
        var path = scene.WriteBytes("r.parquet", ParquetRows.File(Rows, [1, 0, 2500, 4000], 300));

        await scene.LoadedAsync(LoadScene.Append(path) with { Concurrency = lanes, ChunkSize = 700 });

        Assert.Equal(["10000|50005000|1428|0"], await scene.Database.RowsAsync(
            "SELECT count(*), sum(id)::bigint, count(*) FILTER (WHERE v IS NULL), count(*) FILTER (WHERE v <> id OR (v IS NULL) <> (id % 7 = 0)) FROM t"));
    }

    [Fact]
    public async Task A_later_row_with_the_same_key_wins_across_row_groups()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        (long, string?)[] rows = [.. Enumerable.Range(0, 9000).Select(i => ((long)(i % 100), (string?)$"{i}"))];

        var result = await scene.LoadedAsync(LoadScene.Job(scene.WriteBytes("r.parquet", ParquetRows.File(rows, [800]))) with { Concurrency = 3, ChunkSize = 1000 });

        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"{i}|{8900 + i}"), await scene.RowsAsync());
        Assert.Equal(9000, result.Total.Read);
    }

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 0, 0, 0 })]
    public async Task A_file_without_rows_is_loaded(int[] groups)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var path = scene.WriteBytes("e.parquet", ParquetRows.File([], groups));

        var result = await scene.LoadedAsync(LoadScene.Append(path) with { CreateTable = true, PreserveTypes = true });

        Assert.Equal((FileStatus.Success, 0), (result.Files[0].Status, result.Total.Read));
        Assert.Equal(["id|bigint", "v|text"], await scene.Database.RowsAsync(
            "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum"));
    }

    [Fact]
    public async Task Rejects_have_their_place_their_reason_and_the_row_as_JSON()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id smallint CHECK (id <> 5000), v int)");
        var rows = Rows.ToArray();
        rows[2] = (3, "x\"y");
        rows[9000] = (40_000, null);

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("r.parquet", ParquetRows.File(rows, [4000]))) with { MaxRejects = new(3, null) }, 3);

        Assert.Equal(
            ["3|0|22P02|v|{\"id\":3,\"v\":\"x\\\"y\"}", "5000|0|23514|id|{\"id\":5000,\"v\":\"5000\"}", "9001|0|22003|id|{\"id\":40000,\"v\":null}"],
            await scene.Database.RowsAsync("SELECT record, line, code, column_name, raw FROM ingest.rejects ORDER BY record"));
        Assert.Equal(9997, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Of_several_columns_that_do_not_convert_the_first_is_told_and_the_rows_beside_are_loaded()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id smallint, v int)");
        var rows = Rows.Take(200).ToArray();
        int[] bad = [0, 31, 32, 33, 64, 199];
        foreach (var row in bad) rows[row] = (40_000 + row, row == 33 ? "7" : "seven");
        rows[100] = (101, "a hundred");

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("r.parquet", ParquetRows.File(rows, [90]))) with { MaxRejects = new(7, null) }, 7);

        Assert.Equal(
            bad.Select(row => (row + 1, "22003|id")).Append((101, "22P02|v")).Order().Select(r => $"{r.Item1}|{r.Item2}"),
            await scene.Database.RowsAsync("SELECT record, code, column_name FROM ingest.rejects ORDER BY record"));
        Assert.Equal("193|0", (await scene.Database.RowsAsync("SELECT count(*), count(*) FILTER (WHERE v <> id OR (v IS NULL) <> (id % 7 = 0)) FROM t"))[0]);
    }

    [Fact]
    public async Task A_column_that_the_target_does_not_have_is_never_decoded()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id bigint)");
        var bytes = ParquetRows.File(Rows, [4000]);
        // The checksum of the page with this value no longer matches.
        bytes[bytes.AsSpan().IndexOf("9999"u8)] ^= 1;
        var path = scene.WriteBytes("r.parquet", bytes);

        await scene.LoadedAsync(LoadScene.Append(path) with { ExtraColumns = ExtraColumns.Ignore });

        Assert.Equal(["10000|50005000"], await scene.Database.RowsAsync("SELECT count(*), sum(id)::bigint FROM t"));
        await scene.Database.ExecuteAsync("ALTER TABLE t ADD v text");
        var refused = await scene.LoadAsync(LoadScene.Append(path) with { Force = true });
        Assert.Equal("parquet_checksum", refused.Error?.Code);
    }

    [Fact]
    public async Task A_dry_run_says_what_would_be_rejected_and_writes_nothing()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id smallint, v text)");
        (long, string?)[] rows = [(1, "a"), (40_000, "b"), (3, null)];

        var result = await scene.LoadAsync(LoadScene.Append(scene.WriteBytes("r.parquet", ParquetRows.File(rows, [2]))) with { DryRun = true, MaxRejects = new(1, null) });

        Assert.Equal((ExitCode.LoadedWithRejects, 3, 1), (result.ExitCode, result.Total.Read, result.Total.Rejected));
        Assert.Equal((2, "id"), (Assert.Single(result.Files[0].Rejects).Record, result.Files[0].Rejects[0].Column));
        Assert.Contains(result.Plan, line => line.EndsWith("Parquet, 3 rows in 2 row groups, 2 of 2 columns read", StringComparison.Ordinal));
        Assert.Equal(0, await scene.CountAsync(LoadScene.Job().Table));
    }

    [Fact]
    public async Task Files_of_both_formats_are_loaded_in_one_run()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        var csv = scene.Write("a.csv", "id,v\n1,csv\n2,csv\n");
        var parquet = scene.WriteBytes("b.parquet", ParquetRows.File([(2, "parquet"), (3, "parquet")], [1]));

        await scene.LoadedAsync(LoadScene.Job(csv, parquet));

        Assert.Equal(["1|csv", "2|parquet", "3|parquet"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData("int[]", "{}|{2,NULL,4}|∅")]
    [InlineData("text[]", "{}|{2,NULL,4}|∅")]
    [InlineData("numeric(6,2)[]", "{}|{2.00,NULL,4.00}|∅")]
    [InlineData("oid[]", "{}|{2,NULL,4}|∅")]
    [InlineData("mood[]", "{}|{2,NULL,4}|∅")]
    [InlineData("jsonb", "[]|[2, null, 4]|∅")]
    [InlineData("text", "[]|[2,null,4]|∅")]
    public async Task A_list_fits_arrays_of_any_type_and_JSON(string type, string expected)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TYPE mood AS ENUM ('2', '4'); CREATE TABLE t (id bigint, list_ {type})");
        var job = LoadScene.Append(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "nested_v1.parquet")) with { ExtraColumns = ExtraColumns.Ignore, MaxRejects = new(null, 100) };

        await scene.LoadAsync(job);

        Assert.Equal(expected.Split('|'), await scene.Database.RowsAsync("SELECT list_::text FROM t WHERE id IN (1, 2, 5) ORDER BY id"));
    }

    [Fact]
    public async Task A_pipe_and_a_compressed_file_are_refused_with_what_to_do()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id bigint, v text)");
        var content = ParquetRows.File(Rows, [4000]);
        var gzip = scene.WriteBytes("r.parquet.gz", StoredBytes.Gzip(content));
        var cut = scene.WriteBytes("cut.parquet", content[..^100]);
        var text = scene.Write("text.parquet", "id,v\n1,no Parquet at all\n");
        var empty = scene.Write("empty.parquet", "");

        foreach (var (path, type, code, word) in new[]
        {
            (gzip, FileType.Auto, "unsupported", "unpack it first"), (gzip, FileType.Parquet, "unsupported", "unpack it first"),
            (cut, FileType.Auto, "parquet_truncated", "copy it again"), (text, FileType.Auto, "parquet_not_parquet", "PAR1"),
            (empty, FileType.Auto, "parquet_truncated", "copy it again"), (scene.WriteBytes("r.bin", content), FileType.Csv, "unsupported", "--file-type"),
        })
        {
            var refused = await Assert.ThrowsAsync<SourceException>(() => scene.LoadAsync(LoadScene.Append(path) with { FileType = type }));
            Assert.Equal(code, refused.Code);
            Assert.Contains(word, refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', refused.Message);
        }
        Assert.Equal(0, await scene.CountAsync(LoadScene.Job().Table));
    }

    [Fact]
    public async Task A_number_with_a_fraction_is_no_date_and_the_plan_says_so()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id bigint, f64 date)");
        var path = Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "types_snappy_v1.parquet");

        var refused = await scene.RefusedAsync(LoadScene.Append(path) with { ExtraColumns = ExtraColumns.Ignore });

        Assert.Equal("no_conversion", refused.Code);
        Assert.Contains("f64", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Types_are_the_files_own_or_text(bool preserve)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var path = Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "types_snappy_v1.parquet");

        await scene.LoadedAsync(LoadScene.Append(path) with { CreateTable = true, PreserveTypes = preserve });

        var types = await scene.Database.RowsAsync(
            "SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0 ORDER BY attnum");
        string[] natural =
        [
            "bigint", "boolean", "smallint", "smallint", "integer", "bigint", "smallint", "integer", "bigint", "numeric(20,0)", "real", "double precision",
            "numeric(4,1)", "numeric(9,3)", "numeric(18,2)", "numeric(38,3)", "text", "bytea", "text", "date", "time without time zone",
            "timestamp without time zone", "timestamp without time zone", "timestamp without time zone", "timestamp with time zone", "interval", "uuid", "json",
        ];
        Assert.Equal(preserve ? natural : natural.Select(type => type == "bytea" ? type : "text"), types);
    }
}
