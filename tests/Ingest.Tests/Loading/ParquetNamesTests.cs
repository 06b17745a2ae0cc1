using Ingest.Lanes;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Tests.Writing;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Testing;
using static Ingest.Tests.Formats.Parquet.ParquetColumns;

namespace Ingest.Tests.Loading;

/// <summary>Which names the columns of a Parquet file may have, and how it gets others.</summary>
public sealed class ParquetNamesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Ddl = "CREATE TABLE t (a int, b int)";

    [Theory]
    [InlineData("Ab", "aB", "duplicate_column")]
    [InlineData("ab", "ab", "duplicate_column")]
    [InlineData("", "ab", "empty_header")]
    public async Task Names_that_cannot_be_told_apart_are_replaced_as_the_message_says(string first, string second, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (ab int, c int)");
        var job = LoadScene.Append(scene.WriteBytes("n.parquet", File(Int32(first, 1, 2), Int32(second, 3, 4))));

        var refused = await scene.RefusedAsync(job);
        var loaded = await scene.LoadedAsync(job with { Csv = new() { NoHeader = true }, Headers = ["c", "ab"] });

        Assert.Equal(code, refused.Code);
        Assert.Contains("--headers and --no-header", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["3|1", "4|2"], await scene.RowsAsync());
        Assert.Contains(loaded.Plan, line => line.EndsWith("named by --headers", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_is_created_with_the_names_that_replace_those_too_long()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var job = LoadScene.Append(scene.WriteBytes("n.parquet", File(Int32(new string('x', 80), 1), Text("語", "v")))) with { CreateTable = true, PreserveTypes = true };

        Assert.Contains("--headers and --no-header", (await scene.RefusedAsync(job)).Message, StringComparison.Ordinal);
        await scene.LoadedAsync(job with { Csv = new() { NoHeader = true }, Headers = ["n", "v"] });

        Assert.Equal(["1|v"], await scene.Database.RowsAsync("SELECT n, v FROM t"));
    }

    [Fact]
    public async Task Names_of_the_job_that_are_the_files_own_change_nothing()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Ddl);
        var job = LoadScene.Append(
            scene.Write("c.csv", "1,2\n"), scene.WriteBytes("n.parquet", File(Int32("B", 4), Int32("a", 3)))) with { Csv = new() { NoHeader = true }, Headers = ["a", "b"] };

        await scene.LoadedAsync(job);

        Assert.Equal(["1|2", "3|4"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_rejected_row_has_the_names_that_it_was_loaded_by()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (a int CHECK (a > 1), b int)");
        var job = LoadScene.Append(scene.WriteBytes("n.parquet", File(Int32("x", 1, 2), Int32("x", 3, 4)))) with { Csv = new() { NoHeader = true }, Headers = ["a", "b"], MaxRejects = new(1, null) };

        await scene.RejectedAsync(job, 1);

        Assert.Equal(["""{"a":1,"b":3}|{a,b}"""], await scene.Database.RowsAsync(
            "SELECT r.raw, '{' || array_to_string(m.header, ',') || '}' FROM ingest.rejects r JOIN ingest.manifest m ON m.file_name = r.file_name"));
    }

    [Fact]
    public async Task Options_of_CSV_are_said_to_be_without_effect_and_names_must_be_as_many_as_columns()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Ddl);
        var job = LoadScene.Append(scene.WriteBytes("n.parquet", File(Int32("a", 1), Int32("b", 2), Int32("c", 3)))) with { ExtraColumns = ExtraColumns.Ignore };

        Assert.Equal("header_count", (await scene.RefusedAsync(job with { Csv = new() { NoHeader = true }, Headers = ["x", "y"] })).Code);
        Assert.Equal("no_header", (await scene.RefusedAsync(job with { Csv = new() { NoHeader = true } })).Code);
        var loaded = await scene.LoadedAsync(job with { Csv = new() { Delimiter = ';', Null = "NA" } });
        var both = await scene.LoadedAsync(job with { Csv = new() { Delimiter = ';' }, Force = true, Files = [.. job.Files, scene.Write("c.csv", "a;b\n1;2\n")] });

        Assert.Contains("--delimiter, --null: without effect, no file is CSV", loaded.Plan);
        Assert.DoesNotContain(both.Plan, line => line.Contains("without effect", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_without_columns_or_with_names_that_are_no_text_is_refused_before_a_table_is_made()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var none = new TestFile(new TestNode("root", Repetition.Required)).ToArray();
        var damaged = File(Int32("abc", 1));
        damaged[damaged.AsSpan().IndexOf("abc"u8) + 1] = 0xFF;
        var job = LoadScene.Append(scene.WriteBytes("none.parquet", none)) with { CreateTable = true };

        Assert.Contains("none.parquet: has no columns", (await scene.RefusedAsync(job)).Message, StringComparison.Ordinal);
        foreach (var content in new[] { File(Int32("a\0b", 1)), damaged })
        {
            var refused = await Assert.ThrowsAsync<SourceException>(() => scene.LoadAsync(job with { Files = [scene.WriteBytes("n.parquet", content)] }));
            Assert.Contains("n.parquet", refused.Message, StringComparison.Ordinal);
            Assert.Contains("name is not valid UTF-8, or has a NUL", refused.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\0', refused.Message);
        }
        Assert.Equal(0, await scene.CountAsync(job.Table));
    }

    [Fact]
    public async Task A_struct_with_two_fields_of_one_name_is_refused_where_it_is_wanted()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, s jsonb); CREATE TABLE u (id int)");
        var part = new TestColumn { Type = PhysicalType.Int32, Path = ["s", "v"], Definitions = [0], Repetitions = [0], Values = [BitConverter.GetBytes(7)] };
        var content = new TestFile(
            new TestNode("root", Repetition.Required, Children: 2), new TestNode("id", Repetition.Required, PhysicalType.Int32),
            new TestNode("s", Repetition.Required, Children: 2), new TestNode("v", Repetition.Required, PhysicalType.Int32), new TestNode("v", Repetition.Required, PhysicalType.Int32))
            .AddRowGroup(1, part with { Path = ["id"] }, part, part).ToArray();
        var job = LoadScene.Append(scene.WriteBytes("s.parquet", content)) with { ExtraColumns = ExtraColumns.Ignore };

        var refused = await scene.RefusedAsync(job);
        await scene.LoadedAsync(job with { Table = TableName.Parse("u") });

        Assert.Equal("duplicate_column", refused.Code);
        Assert.Contains("'s' has two fields named 'v'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_a_file_without_lines_is_told_without_a_line()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (a smallint PRIMARY KEY, b int)");

        var rejected = await scene.LoadAsync(LoadScene.Append(scene.WriteBytes("r.parquet", File(Int32("a", 70_000), Int32("b", 1)))));
        var repeated = await scene.LoadAsync(LoadScene.Job(scene.WriteBytes("d.parquet", File(Int32("a", 1, 1), Int32("b", 1, 2)))) with { OnDuplicate = OnDuplicate.Error });

        Assert.Contains("record 1: a", rejected.Error!.Message, StringComparison.Ordinal);
        Assert.Contains("record 2 has a key", repeated.Error!.Message, StringComparison.Ordinal);
    }
}
