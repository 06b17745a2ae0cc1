using System.Text;
using Ingest.Formats.Csv;
using Ingest.Tests.Sources;

namespace Ingest.Tests.Formats;

public sealed class DialectDetectorTests
{
    [Theory]
    [InlineData(',', "id,name\n1,a\n2,b\n")]
    [InlineData(';', "id;name\n1;a\n2;b\n")]
    [InlineData('\t', "id\tname\n1\ta\n2\tb\n")]
    [InlineData('|', "id|name\n1|a\n2|b\n")]
    [InlineData(';', "a;b;c\n1,5;2,5;3,5\n4,5;5,5;6,5\n")] // decimal commas are as regular as the semicolons
    [InlineData(';', "name;city\nMüller, Anna;Berlin\nMeier, Jo;Bonn\n")]
    [InlineData(';', "1,5;2,5\n1,5;2,5\n")]
    [InlineData(',', "id,text\n1,\"a;b;c\"\n2,\"d;e\"\n")]
    [InlineData(',', "id,text\n1,\"line\nbreak; x\"\n2,\"d\"\n")]
    [InlineData(',', "id,text\n1,a|b\n2,c\n3,d|e|f\n")]
    [InlineData('\t', "id\ttext\n1\ta, b, c\n2\td, e\n")]
    [InlineData('|', "a|b|c\r1|2,5|x\r2|3,5|y\r")] // lone carriage returns
    [InlineData(',', "a,b\r\n1,2\r\n")]
    [InlineData(',', "name\nAnna\nJo\n")] // one column
    [InlineData(',', "2024-01-01 10:00:00,5\n2024-01-01 10:00:01,6\n")]
    [InlineData(',', "")]
    [InlineData(';', "a;b;c\n1;;\n;;\n")]
    public void The_separator_with_consistent_records_wins(char expected, string text)
    {
        var detected = Detect(text);
        Assert.Equal(expected, (char)detected.Dialect.Delimiter);
        Assert.Equal(0, detected.ContentOffset);
    }

    [Theory]
    [InlineData("a\n,x,\n", ',', null)]
    [InlineData("a\n,x\ny\n", '"', ',')]
    public void A_character_that_means_something_else_is_never_the_separator(string text, char quote, char? comment)
    {
        var detected = DialectDetector.Detect(Encoding.UTF8.GetBytes(text), new CsvOptions { Quote = quote, Comment = comment }, whole: true);

        Assert.Equal((';', 1), ((char)detected.Dialect.Delimiter, detected.Columns));
    }

    [Theory]
    [InlineData("sep=;\r\n")]
    [InlineData("SEP=;\n")]
    [InlineData("\"sep=;\"\r\n")]
    public void A_sep_line_wins_and_is_measured(string line)
    {
        var detected = Detect(line + "a,b;c,d\n1,2;3,4\n");
        Assert.Equal(';', (char)detected.Dialect.Delimiter);
        Assert.Equal(line.Length, detected.ContentOffset);
        Assert.Equal(2, detected.Columns);
        // A given separator wins over it, and the line is still no data.
        detected = Detect(line + "a,b;c,d\n1,2;3,4\n", new() { Delimiter = ',' });
        Assert.Equal(',', (char)detected.Dialect.Delimiter);
        Assert.Equal(line.Length, detected.ContentOffset);
    }

    [Fact]
    public void Comment_lines_do_not_count()
    {
        var detected = Detect("# x,y,z\na;b\n# u,v\n1;2\n", new() { Comment = '#' });
        Assert.Equal(';', (char)detected.Dialect.Delimiter);
        Assert.Equal((byte)'#', detected.Dialect.Comment);
        Assert.Equal(2, detected.Sampled);
    }

    [Theory]
    [InlineData(true, "id,name\n1,a\n")]
    [InlineData(true, "a,b\nx,y\n")]
    [InlineData(true, "\"Order ID\",\"Größe\"\n1,a\n")]
    [InlineData(true, ",a,b\n0,1,2\n")] // an index column without a name
    [InlineData(false, "1,a\n2,b\n")]
    [InlineData(false, "2024-01-01,a\n2024-01-02,b\n")]
    [InlineData(false, "a,a\nx,y\n")]
    [InlineData(false, "x,y\nx,z\nu,y\n")] // its values come again
    [InlineData(false, "")]
    public void A_header_is_told_from_data(bool plausible, string text) => Assert.Equal(plausible, Detect(text).HeaderPlausible);

    [Theory]
    [InlineData(',', ';')]
    [InlineData(';', ',')]
    [InlineData('|', '\t')]
    public void Lists_in_quotes_do_not_outweigh_the_separator(char separator, char inner)
    {
        var list = string.Join(inner, "abcdefghij".ToCharArray());
        var text = $"id{separator}tags\n" + string.Concat(Enumerable.Range(0, 50).Select(i => $"{i}{separator}\"{list}\"\n"));
        Assert.Equal(separator, (char)Detect(text).Dialect.Delimiter);
    }

    [Fact]
    public void A_cut_sample_leaves_its_last_record_out()
    {
        var text = Encoding.UTF8.GetBytes("a,b\n1,2\n3,4\n5,\"6\n7");
        var detected = DialectDetector.Detect(text, new(), whole: false);
        Assert.Equal(3, detected.Sampled);
        Assert.Equal(',', (char)detected.Dialect.Delimiter);
    }

    [Fact]
    public void Signs_of_other_quoting_are_pointed_out()
    {
        Assert.Contains(Detect("a,b\n1,\"x \\\"y\\\" z\"\n").Notices, n => n.Contains("--escape", StringComparison.Ordinal));
        Assert.Contains(Detect("a,b\n'x','y'\n'u','v'\n").Notices, n => n.Contains("--quote", StringComparison.Ordinal));
        Assert.Contains(Detect("1,b\n2,c\n").Notices, n => n.Contains("--no-header", StringComparison.Ordinal));
        Assert.Contains("--skip-lines", Assert.Single(Detect("Report of 2024\n\na,b,c\n1,2,3\n4,5,6\n").Notices), StringComparison.Ordinal);
        Assert.Empty(Detect("a,b\n1,\"x \"\"y\"\"\"\n").Notices);
        Assert.Empty(Detect("a,b\n1,2\n3\n4\n5\n").Notices);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_errors_of_the_plan()
    {
        foreach (var options in (CsvOptions[])
            [new() { Delimiter = '"' }, new() { Delimiter = '\n' }, new() { Delimiter = '§' }, new() { Quote = 'é' }, new() { Delimiter = '#', Comment = '#' }, new() { Comment = '"' }])
            Assert.Throws<PlanException>(() => DialectDetector.Check(options));
    }

    [Fact]
    public void Random_bytes_always_give_a_layout()
    {
        var random = new Random(9);
        for (var i = 0; i < 2000; i++)
        {
            var sample = new byte[random.Next(200)];
            for (var k = 0; k < sample.Length; k++) sample[k] = random.Next(3) == 0 ? (byte)random.Next(256) : (byte)",;\t|\"\r\nab1\\"[random.Next(11)];
            var detected = DialectDetector.Detect(sample, new() { Escape = random.Next(2) == 0 ? '\\' : null }, random.Next(2) == 0);
            Assert.Contains((char)detected.Dialect.Delimiter, ",;\t|");
            Assert.InRange(detected.ContentOffset, 0, sample.Length);
        }
    }

    [Fact]
    public void The_separator_that_a_table_was_written_with_is_found()
    {
        var random = new Random(17);
        string[] words = ["alpha", "beta, gamma", "x;y", "12", "3.5", "2024-01-01", "", "a|b", "say \"hi\"", "two\nlines", "tab\there"];
        for (var i = 0; i < 500; i++)
        {
            var separator = ",;\t|"[random.Next(4)];
            var columns = random.Next(2, 8);
            var text = new StringBuilder(string.Join(separator, Enumerable.Range(0, columns).Select(c => $"col{c}"))).Append('\n');
            for (var r = 0; r < random.Next(20, 60); r++)
            {
                text.AppendJoin(separator, Enumerable.Range(0, columns).Select(_ =>
                {
                    var word = words[random.Next(words.Length)];
                    return word.Contains(separator) || word.AsSpan().ContainsAny("\"\n") ? $"\"{word.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : word;
                })).Append('\n');
            }
            var detected = Detect(text.ToString());
            Assert.True(separator == detected.Dialect.Delimiter, text.ToString());
            Assert.Equal(columns, detected.Columns);
            Assert.True(detected.HeaderPlausible);
        }
    }

    [SkippableTheory]
    [InlineData("comma_in_quotes", 5)]
    [InlineData("empty", 3)]
    [InlineData("empty_crlf", 3)]
    [InlineData("escaped_quotes", 2)]
    [InlineData("json", 2)]
    [InlineData("newlines", 3)]
    [InlineData("newlines_crlf", 3)]
    [InlineData("quotes_and_newlines", 2)]
    [InlineData("simple", 3)]
    [InlineData("simple_crlf", 3)]
    [InlineData("utf8", 3)]
    public void The_csv_spectrum_is_comma_separated(string file, int columns)
    {
        var detected = DetectFile(Corpora.File("csv-spectrum", "csvs", file + ".csv"));
        Assert.Equal(',', (char)detected.Dialect.Delimiter);
        Assert.Equal(columns, detected.Columns);
        Assert.True(detected.HeaderPlausible);
    }

    [SkippableFact]
    public void The_files_of_csvkit_are_read_with_their_own_separator()
    {
        foreach (var path in Directory.GetFiles(Corpora.File("csvkit", "examples"), "*.csv", SearchOption.AllDirectories))
        {
            var expected = Path.GetFileName(path) is "sniff_limit.csv" ? ';' : ',';
            var detected = DetectFile(path);
            Assert.True(expected == detected.Dialect.Delimiter, $"{path}: {(char)detected.Dialect.Delimiter} {detected.Reason}");
        }
        Assert.Equal('\t', (char)DetectFile(Corpora.File("csvkit", "examples", "dummy.tsv")).Dialect.Delimiter);
    }

    private static DetectedDialect Detect(string text, CsvOptions? options = null) =>
        DialectDetector.Detect(Encoding.UTF8.GetBytes(text), options ?? new(), whole: true);

    private static DetectedDialect DetectFile(string path) =>
        DialectDetector.Detect(StoredBytes.ReadAll(File.ReadAllBytes(path), path), new(), whole: true);
}
