using Ingest.Testing;

namespace Ingest.Sandbox.Tests;

/// <summary>The samples are what samples/README.md says, by the judgement of PostgreSQL and psql.</summary>
public sealed class SamplesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("museum", "collection")]
    [InlineData("prices", "prices")]
    [InlineData("orders", "orders")]
    public async Task A_target_table_is_made_by_its_script_and_has_the_columns_of_its_files(string folder, string table)
    {
        await using var schema = await postgres.CreateSchemaAsync();

        await schema.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf("samples", folder, table + ".sql")));

        var columns = await schema.RowsAsync(
            $"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0 ORDER BY attnum");
        var file = folder == "prices" ? "acme.csv" : table + ".csv";
        var header = File.ReadLines(Repository.PathOf("samples", folder, file)).First();
        Assert.Equal(header.Split(',', ';'), columns);
    }

    [SkippableFact]
    public async Task The_orders_load_with_psql_and_the_redelivery_repeats_13_changes_7_and_adds_5()
    {
        await using var schema = await postgres.CreateSchemaAsync();
        await schema.ExecuteAsync(await File.ReadAllTextAsync(Repository.PathOf("samples", "orders", "orders.sql")));
        await schema.ExecuteAsync("CREATE TABLE again (LIKE orders)");

        var copied = await Psql.RunAsync(schema.Dsn,
            "\\copy orders FROM 'orders.csv' CSV HEADER\n\\copy again FROM 'orders-redelivery.csv' CSV HEADER\n",
            Repository.PathOf("samples", "orders"));

        Assert.Equal((0, ""), (copied.ExitCode, copied.Errors));
        Assert.Equal(["60"], await schema.RowsAsync("SELECT count(*) FROM orders"));
        Assert.Equal(["13|7|5"], await schema.RowsAsync("""
            SELECT count(*) FILTER (WHERE o = a), count(*) FILTER (WHERE o <> a), count(*) FILTER (WHERE o IS NULL)
            FROM (SELECT o.order_id, o::text AS o, a::text AS a FROM again a LEFT JOIN orders o USING (order_id)) pairs
            """));
        Assert.True(await schema.ScalarAsync<bool>("SELECT bool_or(note IS NULL) AND bool_or(note = '') FROM orders"));
    }
}
