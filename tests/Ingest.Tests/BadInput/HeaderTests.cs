using Ingest.Lanes;
using Ingest.Plan;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Headers, and the columns that they make or meet.</summary>
public sealed class HeaderTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string None = "";

    private static readonly string Sixty = new('n', 60);

    private static readonly BadInputTable Table = new(
        new("Two headers alike are refused", Refused("duplicate_column", "'v'", "--headers")) { Text = "id,v,v\n1,a,b\n" },
        new("Two headers that differ in case are refused when they mean one column", Refused("duplicate_column", "both name column id")) { Text = "ID,Id,v\n1,2,a\n" },
        new("Two headers that differ in spaces are refused", Refused("duplicate_column", "'v'")) { Text = "id,v, v \n1,a,b\n" },
        new("Two headers that make one name are refused", Refused("duplicate_column", "both name column a_b")) { Ddl = "CREATE TABLE t (id int, a_b text)", Text = "id,a b,a-b\n1,x,y\n" },
        new("An empty header is refused by its number", Refused("empty_header", "column 2", "--headers and --no-header", "--skip-lines 1")) { Text = "id,,v\n1,a,b\n" },
        new("A header without a name loads with the names that the message asks for", Loads("1|b")) { Text = "id,,v\n1,a,b\n", Job = j => j with { Headers = ["id", "x", "v"], Csv = new() { SkipLines = 1, NoHeader = true }, ExtraColumns = ExtraColumns.Ignore } },
        new("A header of spaces is refused by its number", Refused("empty_header", "column 3")) { Text = "id,v,  \n1,a,b\n" },
        new("A header of a quoted nothing is refused by its number", Refused("empty_header", "column 3")) { Text = "id,v,\"\"\n1,a,b\n" },
        new("A header of nothing but separators is refused", Refused("empty_header", "column 1")) { Text = ",,,\n1,a,b,c\n" },
        new("An empty header is left out when that is welcome", Loads("1|b")) { Text = "id,,v\n1,a,b\n", Job = Ignoring },
        new("A separator at the end of the header is an empty header", Refused("empty_header", "column 3")) { Text = "id,v,\n1,a,\n" },
        new("A separator at the end of every line loads when that is welcome", Loads("1|a")) { Text = "id,v,\n1,a,\n", Job = Ignoring },
        new("A column more than the table has is refused by name", Refused("extra_columns", "'w'", "--extra-columns ignore")) { Text = "id,v,w\n1,a,b\n" },
        new("Forty columns too many are named as far as they are useful", Refused("extra_columns", "'c12' and 28 more")) { Text = "id,v," + Names(40) + "\n" },
        new("No column that the table has is refused", Refused("no_column", "'x', 'y'", "--no-header", "--delimiter")) { Text = "x,y\n1,a\n", Job = Ignoring },
        new("A first record of data in place of a header is refused", Refused("extra_columns", "'1', 'a'")) { Text = "1,a\n2,b\n" },
        new("A column that the table needs and the file lacks is refused", Refused("missing_column", "lacks column w", "NOT NULL without a default", "give the column a default")) { Ddl = "CREATE TABLE t (id int, v text, w int NOT NULL)", Text = "id,v\n1,a\n" },
        new("A column of text that the table needs and the file lacks may be filled", Refused("missing_column", "lacks column w", "--tolerant-mode empty")) { Ddl = "CREATE TABLE t (id int, v text, w text NOT NULL)", Text = "id,v\n1,a\n" },
        new("A key column that the file lacks is refused", Refused("no_key", "key column id", "'v'")) { Ddl = "CREATE TABLE t (id int PRIMARY KEY DEFAULT 1, v text)", Text = "v\na\n", Job = j => j with { Mode = LoadMode.Upsert } },
        new("Headers in capitals meet columns in small letters", Loads("1|a")) { Text = "ID,V\n1,a\n" },
        new("Headers with spaces around them meet columns", Loads("1|a")) { Text = " id , v \n1,a\n" },
        new("Quoted headers meet columns", Loads("1|a")) { Text = "\"id\",\"v\"\n1,a\n" },
        new("A header with a line break inside quotes meets a column of that name", Loads("1|a")) { Ddl = "CREATE TABLE t (id int, \"two\nlines\" text)", Text = "id,\"two\nlines\"\n1,a\n" },
        new("A bad record after a header of two lines has its own line", Rejects([], "1|3|15|id|22P02")) { Ddl = "CREATE TABLE t (id int, \"two\nlines\" text)", Text = "id,\"two\nlines\"\nx,a\n" },
        new("A quote of the header that is never closed is refused", Refused("bad_header", "never closed", "byte 0", "--quote", "--skip-lines 1")) { Text = "id,\"v\n1,a\n2,b\n" },
        new("A quote of the header that a record closes is refused", Refused("bad_header", "between a closing quote", "--skip-lines 1")) { Text = "id,\"v\n1,a\n2,\"b\"\n3,c\n" },
        new("A quote of the header that is never closed makes no table", Refused("bad_header", "never closed")) { Ddl = None, Text = "id,\"v\n1,a\n", Job = Creating },
        new("Text after a quote of the header is refused", Refused("bad_header", "between a closing quote and the next separator")) { Text = "\"i\"d,v\n1,a\n" },
        new("Columns that differ in case only ask for the exact name", Refused("ambiguous_column", "'MIXED'", "'Mixed', 'mixed'")) { Ddl = "CREATE TABLE t (id int, \"Mixed\" int, \"mixed\" int)", Text = "id,MIXED\n1,2\n" },

        new("A header of 63 bytes meets the column of its name", Loads("1|a")) { Ddl = $"CREATE TABLE t (id int, {Sixty}abc text)", Text = $"id,{Sixty}abc\n1,a\n" },
        new("A header of 64 bytes does not meet the column that the server would cut it to", Refused("extra_columns", Sixty)) { Ddl = $"CREATE TABLE t (id int, {Sixty}abc text)", Text = $"id,{Sixty}abcd\n1,a\n" },
        new("Two headers that the server would cut to one name are both refused", Refused("extra_columns", "abcd'", "abce'")) { Ddl = $"CREATE TABLE t (id int, {Sixty}abc text)", Text = $"id,{Sixty}abcd,{Sixty}abce\n1,a,b\n" },
        new("A header of 64 bytes makes no column", Refused("column_name", "64 bytes", "63", "--headers")) { Ddl = None, Text = $"id,{Sixty}abcd\n1,a\n", Job = Creating },
        new("A header of 63 bytes makes a column", Loads("1|a")) { Ddl = None, Text = $"id,{Sixty}abc\n1,a\n", Job = Creating },
        new("A header of 21 three-byte letters makes no column of another name", Refused("column_name", "--headers")) { Ddl = None, Text = "id," + new string('語', 21) + "\n1,a\n", Job = Creating },
        new("Two headers that make one column name are refused", Refused("column_collision", "'a b' (column 1)", "'A-B' (column 2)", "'a_b'")) { Ddl = None, Text = "a b,A-B\n1,2\n", Job = Creating },
        new("An empty header makes a column of its number", Loads("1|a|b")) { Ddl = None, Text = "id,,v\n1,a,b\n", Job = j => Creating(Ignoring(j)) },
        new("Headers of signs only make columns of their numbers", Loads("1|a")) { Ddl = None, Text = "§§,%%\n1,a\n", Job = Creating, Select = "SELECT column_1, column_2 FROM t" },
        new("A header that begins with a digit makes a column", Loads("1")) { Ddl = None, Text = "2024\n1\n", Job = Creating, Select = "SELECT _2024 FROM t" },
        new("A header that is a word of SQL makes a column", Loads("1|a")) { Ddl = None, Text = "select,table\n1,a\n", Job = Creating, Select = "SELECT \"select\", \"table\" FROM t" },
        new("A header that is a system column makes no table", Refused("42701", "ctid")) { Ddl = None, Text = "id,ctid\n1,a\n", Job = Creating },
        new("A second file that lacks the columns of the first makes no table", Refused("extra_columns", "'b'"))
        {
            Ddl = None, Job = Creating, Files = s => [s.Write("1.csv", "a\n1\n"), s.Write("2.csv", "b\n1\n")], NamedAs = "2.csv",
        },

        new("1,600 columns load", Loads("1600|1600")) { Ddl = None, Text = Names(1600) + "\n" + Numbers(1600) + "\n", Job = Creating, Select = Last(1600) },
        new("1,600 columns load through a stage", Loads("1600|1600"))
        {
            Ddl = None, Text = Names(1600) + "\n" + Numbers(1600) + "\n" + Numbers(1600) + "\n", Select = Last(1600),
            Job = j => Creating(j) with { Mode = LoadMode.Upsert, Key = ["c1"] },
        },
        new("1,601 columns make no table", Refused("54011", "1600")) { Ddl = None, Text = Names(1601) + "\n" + Numbers(1601) + "\n", Job = Creating },
        new("1,601 columns of which the table has one load when that is welcome", Loads("1601")) { Ddl = "CREATE TABLE t (c1601 int)", Text = Names(1601) + "\n" + Numbers(1601) + "\n", Job = Ignoring },
        new("1,601 columns are too many for the table", Refused("extra_columns", "'c2'", "more")) { Ddl = "CREATE TABLE t (c1 int)", Text = Names(1601) + "\n" + Numbers(1601) + "\n" },
        new("100,000 columns without names are refused", Refused("empty_header", "column 1")) { Text = new string(',', 99_999) + "\n1,a\n" },
        new("100,000 columns with names are a header without end", Refused("record_too_large", "no end of the header within 262144 bytes")) { Text = Names(100_000) + "\n" + Numbers(100_000) + "\n" },
        new("30,000 columns of which the table has one load when that is welcome", Loads("30000")) { Ddl = "CREATE TABLE t (c30000 int)", Text = Names(30_000) + "\n" + Numbers(30_000) + "\n", Job = Ignoring },
        new("30,000 columns make no table", Refused("54011", "1600")) { Ddl = None, Text = Names(30_000) + "\n" + Numbers(30_000) + "\n", Job = Creating },
        new("A row that does not fit on a page is a reject", Rejects(["1"], "2|3|15386|∅|54000")) { Ddl = None, Text = Names(1600) + "\n" + Numbers(1600) + "\n" + Wide(1600) + "\n", Job = Creating, Select = "SELECT c1 FROM t" },

        new("Names for a file without a header must be as many as its fields", Refused("header_count", "3 names", "2 fields")) { Ddl = "CREATE TABLE t (id int, v text, w int)", Text = "1,a\n", Job = Named("id", "v", "w") },
        new("A file without a header needs names", Refused("no_header", "--headers")) { Text = "1,a\n", Job = j => j with { Csv = new() { NoHeader = true } } },
        new("Names of the job that the table does not have are refused", Refused("42703", "'w'")) { Text = "1,a\n", Job = Named("id", "w"), IsNotOfFile = true },
        new("Names of the job that the header does not have are refused", Refused("missing_column", "column v of --headers", "'id'")) { Text = "id\n1\n", Job = j => j with { Headers = ["id", "v"] } },
        new("A name of the job with a quote is refused", Refused("bad_identifier", "not allowed")) { Text = "1,a\n", Job = Named("id", "v\"; DROP TABLE bystander; --"), IsNotOfFile = true },
        new("A name of the job that occurs twice is refused", Refused("bad_option", "names id twice")) { Text = "1,a\n", Job = Named("id", "id"), IsNotOfFile = true });

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    private static LoadJob Ignoring(LoadJob job) => job with { ExtraColumns = ExtraColumns.Ignore };

    private static LoadJob Creating(LoadJob job) => job with { CreateTable = true };

    private static Func<LoadJob, LoadJob> Named(params string[] names) => job => job with { Headers = names, Csv = new() { NoHeader = true } };

    private static string Names(int count) => string.Join(',', Enumerable.Range(1, count).Select(i => $"c{i}"));

    private static string Numbers(int count) => string.Join(',', Enumerable.Range(1, count));

    private static string Wide(int count) => string.Join(',', Enumerable.Repeat("0123456789", count));

    private static string Last(int column) => $"SELECT c{column}, {column} FROM t";
}
