using System.Text;
using Ingest.Manifest.Queries;
using Ingest.Parquet.Schema;
using Ingest.Postgres;
using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;
using static Ingest.Tests.Formats.Parquet.ParquetColumns;

namespace Ingest.Tests.Loading;

/// <summary>What is kept of a rejected row says what was in the file, and what a replay reads loads as that or not at all.</summary>
public sealed class ParquetRejectTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Bytes_that_are_no_text_are_kept_and_exported_as_no_value()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int CHECK (id < 3), s text, b bytea)");
        var content = File(
            Int32("id", 1, 2, 3), Text("s", [(byte)'a', 0xFF], [(byte)'x', 0, (byte)'y'], "good"u8.ToArray()),
            new("b", PhysicalType.ByteArray, null, [[0xFE], "b"u8.ToArray(), [0xFD]]));

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("u.parquet", content)) with { MaxRejects = new(3, null) }, 3);

        Assert.Equal(
            [
                """1|22021|{"id":1,"s":"\\x61ff","b":"\\xfe","_reject_no_text":["s"]}""",
                """2|22021|{"id":2,"s":"\\x780079","b":"b","_reject_no_text":["s"]}""", """3|23514|{"id":3,"s":"good","b":"\\xfd"}""",
            ],
            await scene.Database.RowsAsync("SELECT record, code, raw FROM ingest.rejects ORDER BY 1"));
        var export = await ExportAsync(scene);
        Assert.StartsWith(",,,", export[1], StringComparison.Ordinal);
        Assert.EndsWith(":[\"\"s\"\"]}\"", export[1], StringComparison.Ordinal);
        Assert.StartsWith(",,,", export[2], StringComparison.Ordinal);
        Assert.StartsWith("3,\"good\",\"\\xfd\",", export[3], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_without_an_annotation_are_no_value_where_a_text_is_wanted()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (b text)");

        await scene.RejectedAsync(
            LoadScene.Append(scene.WriteBytes("b.parquet", File(new ParquetColumn("b", PhysicalType.ByteArray, null, [[0xFE]])))) with { MaxRejects = new(1, null) }, 1);

        Assert.Equal(["""{"b":"\\xfe","_reject_no_text":["b"]}"""], await scene.Database.RowsAsync("SELECT raw FROM ingest.rejects"));
    }

    [SkippableFact]
    public async Task Structs_and_maps_of_rejects_go_back_into_composite_types_and_hstore()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TYPE pair AS (a bigint, b text); CREATE TABLE t (id int CHECK (id > 9), s pair)");
        Skip.If((await scene.Database.RowsAsync("SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'")).Count == 0, "the server has no hstore");
        await scene.Database.ExecuteAsync("CREATE EXTENSION hstore; ALTER TABLE t ADD m hstore");
        var path = scene.WriteBytes("n.parquet", ParquetNestedTests.Content);

        await scene.RejectedAsync(LoadScene.Append(path) with { MaxRejects = new(4, null) }, 4);
        await scene.Database.ExecuteAsync("ALTER TABLE t DROP CONSTRAINT t_id_check");
        var export = scene.Write("export.csv", string.Join('\n', await ExportAsync(scene)));
        await scene.LoadedAsync(LoadScene.Append(export) with { IgnoredColumnPrefix = RejectExport.Prefix });
        await scene.Database.ExecuteAsync("CREATE TABLE u (LIKE t)");
        await scene.LoadedAsync(LoadScene.Append(path) with { Table = TableName.Parse("u") });

        Assert.Equal(
            await scene.Database.RowsAsync("SELECT id, s::text, m::text FROM u ORDER BY 1"),
            await scene.Database.RowsAsync("SELECT id, s::text, m::text FROM t ORDER BY 1"));
    }

    private static async Task<string[]> ExportAsync(LoadScene scene)
    {
        await using var reader = await ManifestReader.OpenAsync(new(scene.Database.ConnectionString), "ingest", default);
        await using var output = new StringWriter(new StringBuilder());
        await (await RejectExport.PrepareAsync(reader, new RejectFilter(), default)).WriteAsync(output, default);
        return output.ToString().Split('\n');
    }
}
