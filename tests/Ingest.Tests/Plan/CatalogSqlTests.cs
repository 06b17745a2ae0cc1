using Ingest.Postgres;
using Ingest.Testing;
using Npgsql;
using NpgsqlTypes;

namespace Ingest.Tests.Plan;

/// <summary>What a plain table is not asked for is not there: the short questions to the catalogs say what the long ones would.</summary>
public sealed class CatalogSqlTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Noop = "CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";

    [Theory]
    [InlineData("CREATE TABLE t (id int)", false, false)]
    [InlineData("CREATE UNLOGGED TABLE t (id int NOT NULL, v text DEFAULT 'x')", false, false)]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY, v text UNIQUE)", false, true)]
    [InlineData("CREATE TABLE t (id int, v text); CREATE INDEX ON t (v)", false, true)]
    [InlineData("CREATE TABLE t (id int, r int4range, EXCLUDE USING gist (r WITH &&))", false, true)]
    [InlineData("CREATE TABLE t (id int CHECK (id > 0))", false, true)]
    [InlineData("CREATE TABLE t (id int); CREATE TABLE child () INHERITS (t)", false, false)]
    [InlineData("CREATE TABLE parent (id int); CREATE TABLE t () INHERITS (parent)", false, false)]
    [InlineData("CREATE TABLE t (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)", true, true)]
    [InlineData("CREATE TABLE t (id int UNIQUE DEFERRABLE)", true, true)]
    [InlineData("CREATE TABLE o (id int PRIMARY KEY); CREATE TABLE t (id int REFERENCES o)", true, null)]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY); CREATE TABLE o (id int REFERENCES t ON DELETE CASCADE)", true, true)]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY, up int REFERENCES t ON DELETE CASCADE)", true, true)]
    [InlineData(Noop + "CREATE TABLE t (id int); CREATE TRIGGER b BEFORE INSERT OR UPDATE OR DELETE ON t FOR EACH ROW EXECUTE FUNCTION noop()", true, null)]
    [InlineData(Noop + "CREATE TABLE t (id int); CREATE CONSTRAINT TRIGGER b AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION noop()", true, null)]
    [InlineData("CREATE TABLE t (id int); CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING", true, null)]
    [InlineData("CREATE TABLE t (id int PRIMARY KEY) PARTITION BY RANGE (id); CREATE UNLOGGED TABLE p PARTITION OF t DEFAULT", true, true)]
    [InlineData("CREATE TABLE o (id int) PARTITION BY RANGE (id); CREATE TABLE t PARTITION OF o DEFAULT", true, null)]
    [InlineData("CREATE VIEW t AS SELECT 1 AS id", true, null)]
    public async Task What_a_plain_table_is_not_asked_for_is_not_there(string ddl, bool hasMore, bool? hasNames)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync(ddl);
        await using var connection = await database.OpenAsync();

        var relation = Assert.Single(await RowsAsync(connection, CatalogSql.Relation, new() { Value = "t" }));
        var oid = (uint)relation[0];
        var attached = Assert.Single(await RowsAsync(connection, CatalogSql.Attached, Oid(oid)));

        Assert.Equal(hasMore, relation[10]);
        if (hasNames is not null) Assert.Equal(hasNames, relation[11]);
        if (hasMore) return;
        Assert.Empty((string[])attached[8]);
        Assert.Equal((relation[7], relation[8]), (attached[6], attached[10]));
        Assert.DoesNotContain(true, attached.Where((value, i) => i is not (6 or 8 or 10)));
        if (relation[11] is false)
        {
            Assert.Empty(await RowsAsync(connection, CatalogSql.UniqueIndexes, Oid(oid)));
            // From PostgreSQL 18 on NOT NULL is a constraint; of that the server names the column.
            if (connection.PostgreSqlVersion.Major < 18) Assert.Empty(await RowsAsync(connection, CatalogSql.ConstraintColumns, Oid(oid)));
        }
    }

    [Fact]
    public async Task A_column_that_is_said_to_be_plain_is_what_the_long_question_says()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        await database.ExecuteAsync("""
            CREATE TYPE mood AS ENUM ('up', 'down');
            CREATE TYPE pair AS (a int, b text);
            CREATE TYPE span AS RANGE (subtype = float8);
            CREATE DOMAIN code AS varchar(5) NOT NULL;
            CREATE COLLATION loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
            DO $$ BEGIN EXECUTE (SELECT 'CREATE TABLE t (' || string_agg(format('%I %s', 'c_' || typname, format_type(oid, -1)), ', ' ORDER BY oid) || ')'
              FROM pg_type t WHERE typtype = 'b' AND typnamespace = 'pg_catalog'::regnamespace AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typtype IN ('c', 'p'))); END $$;
            ALTER TABLE t ADD n numeric(12, 2) NOT NULL DEFAULT 1, ADD v varchar(20) COLLATE loose, ADD b bit(3), ADD c char(4), ADD gone int, ADD i int GENERATED ALWAYS AS IDENTITY,
              ADD g int GENERATED ALWAYS AS (1) STORED, ADD z timestamptz(3), ADD m mood, ADD p pair, ADD s span, ADD d code, ADD a varchar(3)[];
            ALTER TABLE t DROP gone;
            """);
        await using var connection = await database.OpenAsync();
        var oid = (uint)(await RowsAsync(connection, CatalogSql.Relation, new() { Value = "t" }))[0][0];

        var brief = await RowsAsync(connection, CatalogSql.PlainColumns, Oid(oid));
        var whole = await RowsAsync(connection, CatalogSql.Columns, Oid(oid));

        Assert.Equal(whole.Select(c => c[0]), brief.Select(c => c[0]));
        foreach (var (one, other) in brief.Zip(whole).Where(pair => pair.First[17] is true))
        {
            Assert.Equal(other[..17], one[..17]);
            Assert.Equal([Array.Empty<string>(), Array.Empty<uint>(), DBNull.Value], other[17..]);
        }
        string[] special = ["p", "s", "d", "a"];
        Assert.All(brief, c => Assert.True(special.Contains(c[0]) || IsArray(whole, c) ? c[17] is false : c[17] is true, $"{c[0]} is {c[17]}"));
    }

    /// <summary>The server counts vectors of numbers among the arrays.</summary>
    private static bool IsArray(List<object[]> whole, object[] column) => ((uint[])whole.Single(c => c[0].Equals(column[0]))[18]).Length > 0;

    private static NpgsqlParameter Oid(uint oid) => new() { Value = oid, NpgsqlDbType = NpgsqlDbType.Oid };

    private static Task<List<object[]>> RowsAsync(NpgsqlConnection connection, string sql, NpgsqlParameter parameter) => connection.QueryAsync(sql, [parameter], row =>
    {
        var values = new object[row.FieldCount];
        row.GetValues(values);
        return values;
    }, CancellationToken.None);
}
