using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Postgres;
using Ingest.Tests.Loading;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>SQL where names and values are expected: it stays a name or a value, or is refused, and no other table is touched.</summary>
public sealed class SqlInNamesTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string Attack = "x\"\"); DROP TABLE bystander; --";
    private const string AttackName = "x\"); DROP TABLE bystander; --";
    private const string Loaded = "SELECT * FROM t ORDER BY 1";

    private static readonly BadInputTable Table = new(
        Column("A column that ends its quotes and drops a table", Attack, LoadMode.Append),
        Column("A column that ends its quotes and drops a table, upserted", Attack, LoadMode.Upsert),
        Column("A column that ends its quotes and drops a table, not inserted twice", Attack, LoadMode.InsertIgnore),
        Column("A column that ends its quotes and drops a table, replaced", Attack, LoadMode.Replace),
        Column("A column with a single quote", "a'b''c", LoadMode.Upsert),
        Column("A column with a backslash", "a\\b", LoadMode.Upsert),
        Column("A column with a parameter", "$1", LoadMode.Upsert),
        Column("A column with a dollar quote", "$$; DROP TABLE bystander; $$", LoadMode.Upsert),
        Column("A column with a comment", "a--b/*c", LoadMode.Upsert),
        Column("A column with a line break", "a\n; DROP TABLE bystander;", LoadMode.Upsert),
        Column("A column with a place holder", "{0}:name@p", LoadMode.Upsert),
        Column("A column of 63 bytes with two quotes", new string('n', 61) + "\"\"" + "x", LoadMode.Upsert),
        Column("A column that is a word of SQL", "select", LoadMode.Upsert),
        Column("A column of the stage's own names", "ctid_", LoadMode.Upsert),
        Column("A column that is called as an alias", "excluded", LoadMode.Upsert),
        Column("A column that is called as the stage", "s", LoadMode.Upsert),
        Column("A column that is called as the target", "t", LoadMode.Upsert),

        new("A key that is SQL", Loads("1|new")) { Ddl = $"CREATE TABLE t (\"{Attack}\" int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old')", Text = $"\"{Attack}\",v\n1,new\n", Job = Upsert },
        new("Values that are SQL are values", Loads("1|'); DROP TABLE bystander; --", "2|$1", "3|\\.", "4|{0}"))
        {
            Ddl = "CREATE TABLE t (id int PRIMARY KEY, v text)", Text = "id,v\n1,'); DROP TABLE bystander; --\n2,$1\n3,\\.\n4,{0}\n", Job = Upsert,
        },
        new("Keys that are SQL are values", Loads("$1|a", "'); DROP TABLE bystander; --|b")) { Ddl = "CREATE TABLE t (id text PRIMARY KEY, v text); INSERT INTO t VALUES ('$1', 'x')", Text = "id,v\n$1,a\n'); DROP TABLE bystander; --,b\n", Job = Upsert, Select = "SELECT * FROM t ORDER BY id COLLATE \"C\"" },
        new("Words of an enumeration that are SQL are values", Loads("'); DROP TABLE bystander; --")) { Ddl = "CREATE TYPE e AS ENUM ('''); DROP TABLE bystander; --'); CREATE TABLE t (v e)", Text = "v\n'); DROP TABLE bystander; --\n", Job = j => j with { Csv = new() { Delimiter = ',' } }, Select = "SELECT v::text FROM t" },
        new("A type that is SQL is a type", Loads("1|1")) { Ddl = $"CREATE DOMAIN \"{Attack}\" AS int; CREATE TABLE t (id int PRIMARY KEY, v \"{Attack}\")", Text = "id,v\n1,1\n", Job = Upsert },
        new("An array of a type that is SQL is cast to it", Loads("1|{a}")) { Ddl = $"CREATE TYPE \"{Attack}\" AS ENUM ('a'); CREATE TABLE t (id int PRIMARY KEY, v \"{Attack}\"[])", Text = "id,v\n1,{a}\n", Job = Upsert, Select = "SELECT id, v::text FROM t" },
        new("A constraint that is SQL is a word of the reject", Rejects([], "1|2|3|id|23514")) { Ddl = $"CREATE TABLE t (id int CONSTRAINT \"{Attack}\" CHECK (id > 0))", Text = "id\n-1\n" },
        new("A header that is SQL makes a column of letters", Loads("1")) { Ddl = "", Text = $"\"{Attack}\"\n1\n", Job = j => j with { CreateTable = true }, Select = "SELECT x_drop_table_bystander FROM t" },
        new("A header that is SQL and meets no column is shown", Refused("extra_columns", "DROP TABLE bystander")) { Text = $"id,v,\"{Attack}\"\n1,a,b\n" },
        new("A separator line that is SQL is no separator", Refused("extra_columns", "DROP")) { Text = "sep=; DROP TABLE bystander; --\nid;v\n1;a\n" },

        new("A key of the job that is SQL is refused", Refused("bad_identifier", "key column")) { Text = "id,v\n1,a\n", Job = j => j with { Key = [AttackName] }, IsNotOfFile = true },
        new("A key of the job of 64 bytes is refused", Refused("bad_identifier", "64 bytes")) { Text = "id,v\n1,a\n", Job = j => j with { Key = [new('k', 64)] }, IsNotOfFile = true },
        new("A schema of the manifest that is SQL is refused", Refused("bad_identifier", "manifest schema")) { Text = "id,v\n1,a\n", Job = j => j with { ManifestSchema = "i\"; DROP TABLE bystander; --" }, IsNotOfFile = true },
        new("SQL before the load that fails is said as such", Fails("42601", "--before-sql", "syntax error")) { Text = "id,v\n1,a\n", Job = j => j with { BeforeSql = "nonsense" }, IsNotOfFile = true },
        new("SQL before the load that puts a view in the place of the target ends the file", Fails("target_changed", "dropped or replaced")) { Text = "id,v\n1,a\n", Job = j => j with { BeforeSql = "ALTER TABLE t RENAME TO u; CREATE VIEW t AS SELECT * FROM u LIMIT 0" }, IsNotOfFile = true });

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    [Theory]
    [InlineData("t; DROP TABLE bystander")]
    [InlineData("t\"; DROP TABLE bystander; --")]
    [InlineData("public.t; --")]
    [InlineData("a.b.c")]
    [InlineData("")]
    [InlineData(".t")]
    [InlineData("t.")]
    [InlineData("1t")]
    [InlineData("t-u")]
    [InlineData("t\n")]
    [InlineData("tä")]
    [InlineData("t\0")]
    public void A_table_that_is_no_name_is_refused(string table)
    {
        var refusal = Assert.Throws<PlanException>(() => TableName.Parse(table));

        Assert.Equal("bad_identifier", refusal.Code);
        Assert.DoesNotContain(refusal.Message, char.IsControl);
    }

    [Fact]
    public async Task A_schema_whose_name_is_sql_is_found_through_the_search_path()
    {
        await using var scene = await database.SceneAsync($"CREATE SCHEMA \"{Attack}\"; CREATE TABLE \"{Attack}\".only_there (id int PRIMARY KEY, v text)");
        var path = new Npgsql.NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        var quoted = $"\"{Attack}\"," + path.SearchPath;
        var settings = new Npgsql.NpgsqlConnectionStringBuilder(scene.Database.ConnectionString) { SearchPath = quoted };
        var job = LoadScene.Job(scene.Write("in.csv", "id,v\n1,a\n")) with { Table = TableName.Parse("only_there") };

        foreach (var mode in Enum.GetValues<LoadMode>())
        {
            var result = await new Loader(settings, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance)
                .RunAsync(job with { Mode = mode, Force = mode == LoadMode.Append }, new(), default);
            Assert.True(result.ExitCode == ExitCode.Success || mode == LoadMode.Append, $"{mode}: {result.Error?.Message}");
        }

        Assert.Equal(["1|a"], await scene.RowsAsync(table: $"\"{Attack}\".only_there"));
        Assert.Equal(["1"], await scene.RowsAsync(table: "bystander"));
    }

    private static LoadJob Upsert(LoadJob job) => job with { Mode = LoadMode.Upsert };

    private static BadInputCase Column(string name, string column, LoadMode mode)
    {
        var quoted = column.Contains("\"\"", StringComparison.Ordinal) ? column : column.Replace("\"", "\"\"");
        return new(name, Loads("1|a"))
        {
            Ddl = $"CREATE TABLE t (id int PRIMARY KEY, \"{quoted}\" text)",
            Text = $"id,\"{quoted}\"\n1,a\n",
            Job = job => job with { Mode = mode },
            Select = Loaded,
        };
    }
}
