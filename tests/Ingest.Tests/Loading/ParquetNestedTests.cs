using System.Text;
using Ingest.Lanes;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Tests.Writing;
using Ingest.Plan;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Structs and maps in columns of composite types and of hstore; and which columns cannot hold them.</summary>
public sealed class ParquetNestedTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Utf8 = 0;
    private const int Map = 1;

    /// <summary>
    /// Four rows: <c>id</c>; <c>s</c>, a struct of a text <c>b</c> and a number <c>a</c>; <c>m</c>, a map of texts.
    /// </summary>
    internal static byte[] Content { get; } = new TestFile(
        new TestNode("root", Repetition.Required, Children: 3),
        new TestNode("id", Repetition.Required, PhysicalType.Int32),
        new TestNode("s", Repetition.Optional, Children: 2),
        new TestNode("b", Repetition.Optional, PhysicalType.ByteArray, Converted: Utf8),
        new TestNode("a", Repetition.Optional, PhysicalType.Int32),
        new TestNode("m", Repetition.Optional, Children: 1, Converted: Map),
        new TestNode("key_value", Repetition.Repeated, Children: 2),
        new TestNode("key", Repetition.Required, PhysicalType.ByteArray, Converted: Utf8),
        new TestNode("value", Repetition.Optional, PhysicalType.ByteArray, Converted: Utf8))
        .AddRowGroup(
            4,
            Column(["id"], PhysicalType.Int32, 0, [0, 0, 0, 0], Numbers(1, 2, 3, 4)),
            Column(["s", "b"], PhysicalType.ByteArray, 2, [2, 1, 0, 2], Texts("""x "q" \ ,) é""", "")),
            Column(["s", "a"], PhysicalType.Int32, 2, [2, 2, 0, 1], Numbers(1, -2)),
            Column(["m", "key_value", "key"], PhysicalType.ByteArray, 2, [2, 2, 1, 0, 2], Texts("k\"1", "k2", ""), [0, 1, 0, 0, 0]),
            Column(["m", "key_value", "value"], PhysicalType.ByteArray, 3, [3, 2, 1, 0, 3], Texts("v\\1", "NULL"), [0, 1, 0, 0, 0]))
        .ToArray();

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    public async Task A_struct_fills_the_attributes_of_a_composite_type_by_name(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TYPE pair AS (a bigint, b text); CREATE TABLE t (id int PRIMARY KEY, s pair)");

        await scene.LoadedAsync(Job(scene) with { Mode = mode });

        Assert.Equal(
            ["1|1|x \"q\" \\ ,) é|False", "2|-2|∅|False", "3|∅|∅|True", "4|∅||False"],
            await scene.Database.RowsAsync("SELECT id, (s).a, (s).b, s IS NULL AND s::text IS NULL FROM t ORDER BY id"));
    }

    [Fact]
    public async Task A_struct_that_does_not_fit_its_composite_type_makes_its_row_a_reject()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE DOMAIN few AS int CHECK (value > 0); CREATE TYPE pair AS (b text, a few); CREATE TABLE t (id int, s pair)");

        await scene.RejectedAsync(Job(scene) with { MaxRejects = new(1, null) }, 1);

        Assert.Equal(["1", "3", "4"], await scene.Database.RowsAsync("SELECT id FROM t ORDER BY id"));
        Assert.Equal(["2|23514"], await scene.Database.RowsAsync("SELECT record, code FROM ingest.rejects"));
    }

    [SkippableFact]
    public async Task A_map_fills_an_hstore()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        Skip.If((await scene.Database.RowsAsync("SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'")).Count == 0, "the server has no hstore");
        await scene.Database.ExecuteAsync("CREATE EXTENSION hstore; CREATE TABLE t (id int, m hstore)");

        await scene.LoadedAsync(Job(scene));

        Assert.Equal(
            ["1|{\"k2\": null, \"k\\\"1\": \"v\\\\1\"}", "2|{}", "3|∅", "4|{\"\": \"NULL\"}"],
            await scene.Database.RowsAsync("SELECT id, hstore_to_jsonb(m) FROM t ORDER BY id"));
    }

    [Theory]
    [InlineData("s integer")]
    [InlineData("s integer[]")]
    [InlineData("s point")]
    [InlineData("s mood")]
    [InlineData("s other")]
    [InlineData("s more")]
    [InlineData("m pair")]
    [InlineData("m text[]")]
    [InlineData("m bytea")]
    [InlineData("m int4range")]
    public async Task A_column_that_cannot_hold_a_nested_value_is_refused_in_the_plan(string column)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TYPE mood AS ENUM ('2'); CREATE TYPE pair AS (a int, b text); CREATE TYPE other AS (a int, c text); CREATE TYPE more AS (a int, b text, c int);
            CREATE TABLE t (id int, {column})
            """);

        var refused = await scene.RefusedAsync(Job(scene));

        Assert.Equal("no_conversion", refused.Code);
        Assert.Contains(column.Split(' ')[1], refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    private static LoadJob Job(LoadScene scene) =>
        LoadScene.Append(scene.WriteBytes("n.parquet", Content)) with { ExtraColumns = ExtraColumns.Ignore };

    private static TestColumn Column(string[] path, PhysicalType type, int maxDefinition, int[] definitions, byte[][] values, int[]? repetitions = null) => new()
    {
        Type = type,
        Path = path,
        MaxDefinition = maxDefinition,
        MaxRepetition = repetitions is null ? 0 : 1,
        Definitions = definitions,
        Repetitions = repetitions ?? new int[definitions.Length],
        Values = values,
    };

    private static byte[][] Numbers(params int[] values) => [.. values.Select(BitConverter.GetBytes)];

    private static byte[][] Texts(params string[] values) => [.. values.Select(Encoding.UTF8.GetBytes)];
}
