using System.Text;
using Ingest.Testing;

namespace Ingest.Cli.Tests.Commands;

/// <summary><c>ingest inspect</c>: what it says is true, and the lines that it prints work.</summary>
public sealed class InspectTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Text = "Inv Nr;Título;Größe\n1;Été;1,5\n2;naïve Übung;2,5\n3;Zürich;3\n";

    static InspectTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    [Theory]
    [InlineData("utf-8")]
    [InlineData("utf-16")]
    [InlineData("utf-16BE")]
    [InlineData("windows-1252")]
    [InlineData("iso-8859-15")]
    public async Task The_printed_statements_load_the_file(string encoding)
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        var bytes = Encoding.GetEncoding(encoding) is var known ? (byte[])[.. known.GetPreamble(), .. known.GetBytes(Text)] : [];
        File.WriteAllBytes(Path.Combine(scene.Folder, "collection 2026.csv"), bytes);
        string[] said = encoding.StartsWith("utf", StringComparison.Ordinal) ? [] : ["--encoding", encoding];

        var inspect = (await scene.RunAsync(["inspect", "collection 2026.csv", "--pk", "inv_nr", "--output", "json", .. said])).Json;
        await scene.Database.ExecuteAsync(inspect.GetProperty("create_table").GetString()!);
        var load = await scene.RunAsync(Words(inspect.GetProperty("load").GetString()!));

        Assert.True(load.ExitCode == 0, load.ToString());
        Assert.Equal(["Été", "naïve Übung", "Zürich"], await scene.Database.RowsAsync("SELECT * FROM collection_2026 ORDER BY 1")
            is var rows ? rows.Select(row => row.Split('|')[1]) : []);
    }

    [Fact]
    public async Task The_load_line_alone_creates_the_table()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("it's 1.csv", "id,when,note\n1,2026-01-02,a\n2,2026-01-03,\n");

        var inspect = await scene.RunAsync("inspect", "it's 1.csv");
        var load = await scene.RunAsync(Words(inspect.Out.TrimEnd().Split('\n')[^1]));

        Assert.True(load.ExitCode == 0, load.ToString());
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM it_s_1"));
    }

    [Theory]
    [InlineData("id,a,\n1,x,p\n2,y,q\n", "", "1|x|p")]
    [InlineData("id,v\n1,\"a \\\"b\\\" c\"\n2,\"x, \\\"y\\\"\"\n", "", "1|a \"b\" c")]
    [InlineData("id,v\n1,'a b'\n2,'c d'\n3,'e'\n", "", "1|a b")]
    [InlineData("1,x,2.5\n2,y,3.5\n", "--no-header", "1|x|2.5")]
    [InlineData("Report of 2024\n\nid,v,w\n1,a,b\n2,c,d\n", "--skip-lines 1", "1|a|b")]
    public async Task The_load_line_has_the_options_that_the_file_needs(string text, string said, string row)
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        await LoadAsInspectedAsync(scene, text, said);

        Assert.Contains(row, await scene.Database.RowsAsync("SELECT * FROM \"in\""));
    }

    [Theory]
    [InlineData("id,d,t\n1,31.12.2024,31.12.2024 10:00\n2,1.2.2025,01.02.2025 11:30\n", "", "1|2024-12-31|2024-12-31 10:00:00 2|2025-02-01|2025-02-01 11:30:00")]
    [InlineData("id,d,t\n1,01/02/2024,12/31/2024 1:05 PM\n2,,01/02/2025 11:30 AM\n", "", "1|2024-01-02|2024-12-31 13:05:00 2|∅|2025-01-02 11:30:00")]
    [InlineData("id,d,t\n1,31-DEC-24,2024-12-31 10:00:00\n", "", "1|2024-12-31|2024-12-31 10:00:00")]
    [InlineData("id,d,t\n1,1/2/2024,12/31/2024\n", "", "1|2024-01-02|2024-12-31")]
    [InlineData("id,d,t\n1,01/02/2024,03/04/2024\n", "--date-format MM/dd/yyyy", "1|2024-01-02|2024-03-04")]
    [InlineData("id,d,t\n1,01/02/2024,03/04/2024\n", "", "1|01/02/2024|03/04/2024")]
    [InlineData("id,d,t\n1,31/12/2024,12/31/2024\n", "", "1|31/12/2024|12/31/2024")]
    [InlineData("id;d;t\n1;1.234,5;31.12.2024\n2;-7,25;\n", "", "1|1234.5|2024-12-31 2|-7.25|∅")]
    [InlineData("id;d;t\n1;1,5;2.5\n", "", "1|1,5|2.5")]
    [InlineData("id;d;t\n1;1,5;a\n2;1,5,7;b\n", "", "1|1,5|a 2|1,5,7|b")]
    public async Task Dates_and_numbers_are_read_as_their_values_tell(string text, string said, string rows)
    {
        await using var scene = await CliScene.CreateAsync(postgres);

        await LoadAsInspectedAsync(scene, text, said);

        Assert.Equal(rows, string.Join(' ', await scene.Database.RowsAsync("SELECT id, d::text, t::text FROM \"in\" ORDER BY id")));
    }

    [Fact]
    public async Task Dates_whose_order_nothing_tells_are_noticed_with_their_candidates()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("open.csv", "id,d\n1,01/02/2024\n");
        scene.Write("odd.csv", "id,d,e\n1,31/12/2024,12/31/2024\n");

        var open = (await scene.RunAsync("inspect", "open.csv")).Out;
        var odd = (await scene.RunAsync("inspect", "odd.csv")).Out;
        var load = await scene.RunAsync("load", "open.csv", "--table", "opened", "--mode", "append", "--create-table", "--preserve-types");

        Assert.Contains("dates in d, written dd/MM/yyyy or MM/dd/yyyy: give --date-format with the right one", open);
        Assert.Contains("dates in d as dd/MM/yyyy and in e as MM/dd/yyyy, which one load cannot tell apart", odd);
        Assert.DoesNotContain("--date-format", odd.TrimEnd().Split('\n')[^1]);
        Assert.Contains("dates in d, written dd/MM/yyyy or MM/dd/yyyy", load.ToString());
    }

    [Fact]
    public async Task What_may_be_wrong_with_the_first_record_is_noticed_once()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("data.csv", "1,x\n2,y\n");
        scene.Write("preamble.csv", "Report of 2024\n\nid,v,w\n1,a,b\n2,c,d\n");

        var data = (await scene.RunAsync("inspect", "data.csv", "--output", "json")).Json.GetProperty("notices").EnumerateArray().Single().GetString();
        var preamble = (await scene.RunAsync("inspect", "preamble.csv", "--output", "json")).Json.GetProperty("notices").EnumerateArray().Single().GetString();

        Assert.Contains("--no-header", data);
        Assert.Contains("1 field where most have 3", preamble);
    }

    [Fact]
    public async Task A_key_that_is_not_in_the_file_is_refused()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("in.csv", "a,b\n1,2\n");

        var outcome = await scene.RunAsync("inspect", "in.csv", "--pk", "id");

        Assert.Equal(2, outcome.ExitCode);
        Assert.Contains("key column id is not in the file", Assert.Single(outcome.Errors));
    }

    [Fact]
    public async Task Lines_of_a_pipe_are_skipped_whatever_their_length()
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var junk = string.Concat(Enumerable.Repeat("a line of a long report\n", 20_000));

        var load = await scene.RunAsync(
            ["load", "-", "--table", "t", "--mode", "append", "--skip-lines", "20000", "--max-rejects", "1"], scene.Database.Dsn, junk + "id;v\n1;a\nx;b\n");

        Assert.True(load.ExitCode == 3, load.ToString());
        Assert.Equal(["1|a"], await scene.Database.RowsAsync("SELECT * FROM t"));
        Assert.Equal(["2|20003|480009"], await scene.Database.RowsAsync("SELECT record, line, byte_offset FROM ingest.rejects"));
    }

    [Fact]
    public async Task A_column_with_the_name_of_a_system_column_is_told()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("x.csv", "id,CTID\n1,2\n");

        var csv = await scene.RunAsync("inspect", "x.csv");
        var parquet = await scene.RunAsync(
            "inspect", Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "row_groups.parquet"), "--no-header", "--headers", "id,ctid,l");

        Assert.Equal((0, 0), (csv.ExitCode, parquet.ExitCode));
        Assert.Contains("no table can have a column 'ctid'", csv.Out);
        Assert.Contains("no table can have a column 'ctid'", parquet.Out);
    }

    [Theory]
    [InlineData("", "", "empty_file")]
    [InlineData("id\n", "--skip-lines 3", "empty_file")]
    [InlineData("", "--headers id", "empty_file")]
    [InlineData("", "--no-header", "no_header")]
    public async Task A_file_that_a_load_would_refuse_as_empty_is_refused(string text, string said, string code)
    {
        await using var scene = await CliScene.CreateAsync(postgres, "CREATE TABLE items (id int)");
        scene.Write("a.csv", text);
        string[] options = said.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        var inspect = await scene.RunAsync(["inspect", "a.csv", .. options]);
        var load = await scene.RunAsync(["load", "a.csv", "--table", "items", "--mode", "append", .. options]);

        Assert.Empty(inspect.Out);
        Assert.Contains($"({code})", Assert.Single(inspect.Errors));
        Assert.Equal((load.ExitCode, load.Errors[0]), (inspect.ExitCode, inspect.Errors[0]));
    }

    [Fact]
    public async Task Of_several_files_none_is_shown()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        scene.Write("bar.csv", "id\n1\n");
        scene.Write("baz.csv", "id\n1\n");

        var outcome = await scene.RunAsync("inspect", "ba*.csv");

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Out));
        Assert.Contains("2 files match, the first of them 'bar.csv'", Assert.Single(outcome.Errors));
    }

    [Fact]
    public async Task An_encoding_that_cannot_be_told_is_said_with_candidates()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        File.WriteAllBytes(Path.Combine(scene.Folder, "a.csv"), Encoding.GetEncoding("windows-1252").GetBytes(Text));

        var outcome = await scene.RunAsync("inspect", "a.csv");

        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("--encoding", outcome.Out);
        Assert.Contains("windows-1252", outcome.Out);
        Assert.Contains("iso-8859-15", outcome.Out);
    }

    [Fact]
    public async Task The_printed_lines_of_a_Parquet_file_load_it()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        File.Copy(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "row_groups.parquet"), Path.Combine(scene.Folder, "rows.parquet"));

        var inspect = (await scene.RunAsync("inspect", "rows.parquet", "--pk", "id", "--output", "json")).Json;
        await scene.Database.ExecuteAsync(inspect.GetProperty("create_table").GetString()!);
        var load = await scene.RunAsync(Words(inspect.GetProperty("load").GetString()!));

        Assert.True(load.ExitCode == 0, load.ToString());
        Assert.Equal(9000, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM rows WHERE t = 'row ' || id AND l = ARRAY[id, id]"));
        Assert.Equal(9000, inspect.GetProperty("rows").GetInt64());
        Assert.Equal(9000, inspect.GetProperty("row_groups").EnumerateArray().Sum(group => group.GetProperty("rows").GetInt64()));
        var id = inspect.GetProperty("stored")[0];
        Assert.Equal(("INT64 INT(64)", "0", "8999"), (id.GetProperty("type").GetString(), id.GetProperty("min").GetString(), id.GetProperty("max").GetString()));
        Assert.Equal("ZSTD", id.GetProperty("codecs")[0].GetString());
        Assert.Equal(["0", "row 0", "[0,0]"], inspect.GetProperty("records")[0].EnumerateArray().Select(value => value.GetString()));
    }

    [Fact]
    public async Task A_Parquet_file_whose_pages_are_damaged_still_shows_its_footer()
    {
        await using var scene = await CliScene.CreateAsync(postgres);
        var bytes = File.ReadAllBytes(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "one_row.parquet"));
        bytes.AsSpan(4, 40).Clear();
        File.WriteAllBytes(Path.Combine(scene.Folder, "one.parquet"), bytes);

        var outcome = await scene.RunAsync("inspect", "one.parquet");

        Assert.True(outcome.ExitCode == 0, outcome.ToString());
        Assert.Contains("the first rows cannot be read", outcome.Out);
        Assert.Contains("FIXED_LEN_BYTE_ARRAY(16) UUID", outcome.Out);
        Assert.Contains("numeric(38,3)", outcome.Out);
    }

    /// <summary>Loads a file into <c>in</c> by the line that its inspection ends with.</summary>
    private static async Task LoadAsInspectedAsync(CliScene scene, string text, string said)
    {
        scene.Write("in.csv", text);
        var inspect = await scene.RunAsync(["inspect", "in.csv", .. said.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        var load = await scene.RunAsync(Words(inspect.Out.TrimEnd().Split('\n')[^1]));
        Assert.True(load.ExitCode == 0, $"{inspect}\n{load}");
    }

    /// <summary>The words of a line as a shell splits them, without the program's name.</summary>
    private static string[] Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\'') isQuoted = !isQuoted;
            else if (line[i] == '\\' && !isQuoted) word.Append(line[++i]);
            else if (line[i] == ' ' && !isQuoted)
            {
                words.Add(word.ToString());
                word.Clear();
            }
            else word.Append(line[i]);
        }
        words.Add(word.ToString());
        return [.. words.Skip(1)];
    }
}
