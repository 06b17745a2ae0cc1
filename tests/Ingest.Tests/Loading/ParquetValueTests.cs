using Ingest.Parquet.Schema;
using Ingest.Postgres;
using Ingest.Testing;
using Ingest.Tests.Formats.Parquet;
using static Ingest.Tests.Formats.Parquet.ParquetColumns;

namespace Ingest.Tests.Loading;

/// <summary>Values at the edges of their types arrive as they are, or as rejects.</summary>
public sealed class ParquetValueTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int TimeMillis = 7;
    private const int TimestampMillis = 9;
    private const long Day = 86_400_000_000_000;

    [Fact]
    public async Task A_whole_number_of_floating_point_fills_an_integer_as_it_is_or_is_a_reject()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, i int, b bigint, d bigint, n numeric, x text)");
        float[] floats = [123456792f, 987654336f, 1e9f, -0f, 1.5f, 3e9f, float.NaN];
        var content = File(
            Int32("id", 1, 2, 3, 4, 5, 6, 7), Float("i", floats), Float("b", 123456792f, 1e15f, 1e9f, -16777218f, 1, 1, 1),
            Double("d", 36028797018963968, 1e17, -9223372036854775808, 9007199254740994, 1, 1, 1), Float("n", 123456792f, 0.1f, 1e12f, 1, 1, 1, 1), Float("x", 123456792f, 1.5f, 16777216f, 1, 1, 1, 1));

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("f.parquet", content)) with { MaxRejects = new(3, null) }, 3);

        Assert.Equal(
            [
                "1|123456792|123456792|36028797018963968|123456792|123456792", "2|987654336|999999986991104|100000000000000000|0.1|1.5",
                "3|1000000000|1000000000|-9223372036854775808|1000000000000|16777216", "4|0|-16777218|9007199254740994|1|1",
            ],
            await scene.RowsAsync());
        Assert.Equal(["5|i|22P02", "6|i|22003", "7|i|22P02"], await scene.Database.RowsAsync("SELECT record, column_name, code FROM ingest.rejects ORDER BY 1"));
    }

    [Theory]
    [InlineData("smallint", -32768d, 32768d)]
    [InlineData("integer", -2147483648d, 2147483648d)]
    [InlineData("bigint", -9223372036854775808d, 9223372036854775808d)]
    public async Task An_integer_type_takes_floating_point_up_to_its_own_ends(string type, double least, double end)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (v {type})");
        var content = File(Double("v", least, end, Math.BitDecrement(least), double.NegativeInfinity));

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("d.parquet", content)) with { MaxRejects = new(3, null) }, 3);

        Assert.Equal([$"{(long)least}"], await scene.Database.RowsAsync("SELECT v::text FROM t"));
    }

    [Theory]
    [InlineData("xid")]
    [InlineData("xid8")]
    public async Task A_type_that_reads_the_beginning_of_any_text_takes_no_floating_point(string type)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id {type}, f {type})");

        var refused = await scene.RefusedAsync(LoadScene.Append(scene.WriteBytes("f.parquet", File(Int32("id", 1), Float("f", 1e10f)))));

        Assert.Equal("no_conversion", refused.Code);
        await scene.LoadedAsync(LoadScene.Append(scene.WriteBytes("i.parquet", File(Int32("id", 1)))));
        Assert.Equal(["1"], await scene.Database.RowsAsync("SELECT id::text FROM t"));
    }

    [Theory]
    [InlineData("interval", "text")]
    [InlineData("text", "bigint")]
    [InlineData("json", "text")]
    [InlineData("time", "timestamp")]
    public async Task A_time_out_of_its_range_is_a_reject_whatever_the_column(string time, string timestamp)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int, a {time}); CREATE TABLE s (a {timestamp})");
        var times = File(Int32("id", 1, 2, 3), new("a", PhysicalType.Int32, TimeMillis, [.. new[] { -1, 86_400_001, 86_400_000 }.Select(BitConverter.GetBytes)]));
        var stamps = File(new ParquetColumn("a", PhysicalType.Int64, TimestampMillis, [BitConverter.GetBytes(1L << 62)]));
        var job = LoadScene.Append(scene.WriteBytes("t.parquet", times)) with { MaxRejects = new(null, 100) };

        await scene.LoadAsync(job);
        await scene.LoadAsync(job with { Files = [scene.WriteBytes("s.parquet", stamps)], Table = TableName.Parse("s") });

        Assert.Equal(["1", "2"], await scene.Database.RowsAsync("SELECT record FROM ingest.rejects WHERE code = '22008' AND target LIKE '%t' ORDER BY 1"));
        Assert.Equal(["1"], await scene.Database.RowsAsync("SELECT record FROM ingest.rejects WHERE code = '22008' AND target LIKE '%s'"));
        Assert.Equal(time == "json" ? 0 : 1, await scene.CountAsync(job.Table));
    }

    [Fact]
    public async Task The_day_is_that_of_the_nanoseconds_as_for_the_server()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, d date, t time, t3 time(3), s timestamp)");
        byte[][] values = [.. new[] { (2_460_310, Day - 1), (2_460_310, Day - 501), (2_440_587, Day - 500), (2_460_310, 0L) }.Select(v => (byte[])[.. BitConverter.GetBytes(v.Item2), .. BitConverter.GetBytes(v.Item1)])];
        var content = File([Int32("id", 1, 2, 3, 4), .. new[] { "d", "t", "t3", "s" }.Select(name => new ParquetColumn(name, PhysicalType.Int96, null, values))]);

        await scene.LoadedAsync(LoadScene.Append(scene.WriteBytes("n.parquet", content)));

        string[] texts = ["2023-12-31 23:59:59.999999999", "2023-12-31 23:59:59.999999499", "1969-12-31 23:59:59.999999500", "2023-12-31"];
        Assert.Equal(
            await scene.Database.RowsAsync($"SELECT n, v::date::text, v::time::text, v::time(3)::text, v::timestamp::text FROM unnest(ARRAY['{string.Join("','", texts)}']) WITH ORDINALITY u(v, n) WHERE n < 4"),
            (await scene.Database.RowsAsync("SELECT id, d::text, t::text, t3::text, s::text FROM t ORDER BY 1")).Take(3));
        Assert.Equal(["2023-12-31|00:00:00"], await scene.Database.RowsAsync("SELECT d::text, t::text FROM t WHERE id = 4"));
    }
}
