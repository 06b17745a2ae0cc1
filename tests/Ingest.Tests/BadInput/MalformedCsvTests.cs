using System.Text;
using Ingest.Formats.Csv;
using Ingest.Plan;
using static Ingest.Tests.BadInput.Expected;

namespace Ingest.Tests.BadInput;

/// <summary>Text that is nearly CSV.</summary>
public sealed class MalformedCsvTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    private const string OneColumn = "CREATE TABLE t (v text)";
    private const int Limit = 64 << 10;

    private static readonly BadInputTable Table = new(
        Records("A quote in the middle of a field is text", "1,a\"b\n2,c\"\"d\n", Loads("1|a\"b", "2|c\"\"d")),
        Records("A quote after a space is text", "1, \"a\"\n", Loads("1| \"a\"")),
        Records("A doubled quote inside quotes is one quote", "1,\"a\"\"b\"\n", Loads("1|a\"b")),
        Records("A field of nothing but a doubled quote is one quote", "1,\"\"\"\"\n", Loads("1|\"")),
        Records("Text after a closing quote is a reject", "1,a\n2,\"b\"c\n3,d\n", Rejects(["1|a", "3|d"], "2|3|9|∅|csv_text_after_quote")),
        Records("A space after a closing quote is a reject", "1,\"a\" \n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_text_after_quote")),
        Records("A quote after a closing quote and text is a reject", "1,\"a\"b\"\n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_text_after_quote")),
        Records("A quote that only the last field opens is a reject of its record", "1,a\n2,\"b\n", Rejects(["1|a"], "2|3|9|∅|csv_unclosed_quote")),
        Records("A quote that the very last byte opens is a reject of its record", "1,a\n2,\"", Rejects(["1|a"], "2|3|9|∅|csv_unclosed_quote")),
        Records("An unclosed quote swallows what follows it, and says where it opened", "1,\"a\n2,b\n3,c\n", Rejects([], "1|2|5|∅|csv_unclosed_quote")),
        Records("A quote that another record's quote closes is a reject of both", "1,\"a\n2,\"b\n3,c\n", Rejects(["3|c"], "1|2|5|∅|csv_text_after_quote")),
        Records("An escape before the closing quote at the end leaves it open", "1,a\n2,\"b\\\"\n",
            Rejects(["1|a"], "2|3|9|∅|csv_unclosed_quote"), csv => csv with { Escape = '\\' }),
        Records("An escape before another character is itself", "1,\"a\\nb\\\"c\\\\\"\n", Loads("1|a\\nb\"c\\"), csv => csv with { Escape = '\\' }),
        Records("Quotes are text when there is no quote character", "1,\"a\n2,b\"\n", Loads("1|\"a", "2|b\""), csv => csv with { Quote = '\0' }),
        Records("A line break inside quotes is text, and lines are counted through it", "1,\"a\nb\"\nx,c\n", Rejects(["1|a\nb"], "2|4|13|id|22P02")),
        Records("A CR LF inside quotes is kept as it is", "1,\"a\r\nb\"\r\n2,c\r\n", Loads("1|a\r\nb", "2|c")),
        Records("A CR inside quotes is kept, and is one line", "1,\"a\rb\"\nx,c\n", Rejects(["1|a\rb"], "2|4|13|id|22P02")),

        Records("A record with a field less is a reject", "1\n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_field_count")),
        Records("A record with a field more is a reject", "1,a,b\n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_field_count")),
        Records("A separator at the end of every record is a field more", "1,a,\n2,b,\n", Rejects([], "1|2|5|∅|csv_field_count", "2|3|10|∅|csv_field_count")),
        Records("A record of a thousand fields is a reject", "1" + new string(',', 999) + "\n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_field_count")),
        Records("A record of 100,000 fields is a reject", "1" + new string(',', 99_999) + "\n2,b\n", Rejects(["2|b"], "1|2|5|∅|csv_field_count")),
        Records("A ragged record that is cut at the end of the file is a reject", "1,a\n2", Rejects(["1|a"], "2|3|9|∅|csv_field_count")),
        Records("Short records are filled when they are welcome", "1,a\n2\n", Loads("1|a", "2|∅"), job: j => j with { Tolerant = true }),
        Records("Long records are cut when that is welcome", "1,a,x,y\n2,b\n", Loads("1|a", "2|b"), job: j => j with { ExtraColumns = ExtraColumns.Ignore }),
        Records("A comment between records is a ragged record unless comments were named", "1,a\n# no comment\n2,b\n", Rejects(["1|a", "2|b"], "2|3|9|∅|csv_field_count")),
        Records("A comment line with an open quote is passed over", "1,a\n#,\"open\n2,b\n", Loads("1|a", "2|b"), csv => csv with { Comment = '#' }),
        Records("A file that ends in a comment without a line break ends", "1,a\n# end", Loads("1|a"), csv => csv with { Comment = '#' }),
        Records("A marker of the end of data from psql is a ragged record", "1,a\n\\.\n2,b\n", Rejects(["1|a", "2|b"], "2|3|9|∅|csv_field_count")),
        Records("A Ctrl-Z of old systems at the end is a ragged record", "1,a\n\u001a", Rejects(["1|a"], "2|3|9|∅|csv_field_count")),

        Records("Blank lines are passed over and counted as lines", "\n1,a\n\n\nx,b\n", Rejects(["1|a"], "2|6|12|id|22P02")),
        Records("A line of spaces is a ragged record", "1,a\n   \n2,b\n", Rejects(["1|a", "2|b"], "2|3|9|∅|csv_field_count")),
        Records("The last record needs no line break", "1,a\n2,b", Loads("1|a", "2|b")),
        Records("CR alone ends records", "1,a\r2,b\rx,c\r", Rejects(["1|a", "2|b"], "3|4|13|id|22P02"), header: "id,v\r"),
        Records("CR LF and LF may be mixed", "1,a\r\n2,b\n3,c\r\n", Loads("1|a", "2|b", "3|c")),
        Records("CR CR LF, a doubled conversion, leaves blank lines", "1,a\r\r\n2,b\r\r\n", Loads("1|a", "2|b"), header: "id,v\r\r\n"),
        Records("A record of nothing but separators is NULLs", ",\n1,a\n", Loads("1|a", "∅|∅")),
        Records("A quoted empty number is no NULL", "\"\",a\n2,b\n", Rejects(["2|b"], "1|2|5|id|22P02")),
        Records("A quoted empty text is no NULL, an unquoted one is", "1,\"\"\n2,\n", Loads("1|", "2|∅")),
        Records("The text for NULL is NULL only without quotes", "1,NULL\n2,\"NULL\"\n", Loads("1|∅", "2|NULL"), csv => csv with { Null = "NULL" }),
        Records("Values with spaces around a number are read as the server reads them", " 1 ,a\n\t2,b\n", Loads("1|a", "2|b")),
        Records("A wrong separator said outright finds no column", "1,a\n", Refused("no_column", "'id,v'", "--delimiter"), csv => csv with { Delimiter = ';' }, j => j with { ExtraColumns = ExtraColumns.Ignore }),
        new("A separator that changes in the file makes rejects", Rejects(["1|a", "2|b"], "3|4|13|∅|csv_field_count")) { Text = "id;v\n1;a\n2;b\n3,c\n" },
        new("A sep= line names the separator", Loads("1|a")) { Text = "sep=|\nid|v\n1|a\n" },
        new("A file of one column has a NULL for a blank line", Loads("a", "b", "∅")) { Ddl = OneColumn, Text = "v\na\n\nb\n" },
        new("More lines to skip than the file has is an empty file", Refused("empty_file", "--skip-lines 10")) { Text = "id,v\n1,a\n", Job = j => j with { Csv = new() { SkipLines = 10 } } },
        new("Lines to skip may be more than a sample of the file holds", Rejects(["1|a"], "2|40003|348903|id|22P02")) { Text = Lines(40_000) + "id,v\n1,a\nx,b\n", Job = j => j with { Csv = new() { SkipLines = 40_000 } } },
        new("Lines to skip before data may be more than a sample of the file holds", Loads("1|a")) { Text = Lines(40_000) + "1,a\n", Job = j => j with { Csv = new() { SkipLines = 40_000, NoHeader = true }, Headers = ["id", "v"] } },
        new("Comments before the header may be more than a sample of the file holds", Loads("1|a")) { Text = string.Concat(Enumerable.Repeat("# a line of a long licence\n", 20_000)) + "id;v\n1;a\n", Job = j => j with { Csv = new() { Comment = '#' } } },
        new("Without a header, the first record may be larger than a sample of the file", Loads("1|300000", "2|1")) { Text = $"1,\"{new string('k', 300_000)}\"\n2,y\n", Job = j => j with { Csv = new() { NoHeader = true }, Headers = ["id", "v"] }, Select = "SELECT id, length(v) FROM t ORDER BY id" },
        new("A byte order mark counts in the place of a reject", Rejects(["1|a"], "2|3|12|id|22P02")) { Text = "\uFEFFid,v\n1,a\nx,b\n" },
        new("A quote that the header opens and never closes is a header without end", Refused("record_too_large", "header", "--quote")) { Text = "id,\"v\n" + Lines(40_000) },
        new("A header that is never closed in a small file is refused for that", Refused("bad_header", "never closed")) { Text = "id,\"v\n1,a\n" },

        new("A quote that opens at the start of a large file is named by its line", Fails("unclosed_quote", "line 2 (byte 7)", "--max-record-size"))
        {
            Text = "id,v\n1,\"a\n" + Lines(20_000), Job = Small,
        },
        new("A quote that opens in the middle of a large file is named by its line", Fails("unclosed_quote", "line 12003 (byte 96910)"))
        {
            Text = "id,v\n" + Lines(12_001) + "1,\"a\n" + Lines(20_000), Job = Small, Select = "SELECT * FROM t WHERE id < 0",
        },
        new("A line beyond the limit is named by its line", Fails(["1|a"], "record_too_large", "line 3 (byte 9)", $"{Limit} bytes"))
        {
            Text = "id,v\n1,a\n2," + new string('x', 3 * Limit) + "\n3,c\n", Job = Small,
        },
        new("A record of exactly the limit loads", Loads("1|65534")) { Text = "id,v\n1," + new string('x', Limit - 2) + "\n", Job = Small, Select = "SELECT id, length(v) FROM t" },
        new("A record of three bytes more than the limit is refused", Fails("record_too_large", "line 2 (byte 5)")) { Text = "id,v\n1," + new string('x', Limit + 1) + "\n", Job = Small },
        new("A field of a mebibyte loads", Loads("1|1048576", "2|1")) { Text = "id,v\n1," + new string('x', 1 << 20) + "\n2,y\n", Select = "SELECT id, length(v) FROM t ORDER BY id" },
        new("A quoted field of four mebibytes with line breaks loads", Loads("1|4194304", "2|1"))
        {
            Text = "id,v\n1,\"" + string.Concat(Enumerable.Repeat("xyz\n", 1 << 20)) + "\"\n2,y\n", Select = "SELECT id, length(v) FROM t ORDER BY id",
        },
        new("A bad record after a long one has its own place", Rejects(["1|1048576"], "2|3|1048584|id|22P02"))
        {
            Text = "id,v\n1," + new string('x', 1 << 20) + "\ny,z\n", Select = "SELECT id, length(v) FROM t",
        },

        new("An empty file has no header", Refused("empty_file", "without even a header")) { Text = "" },
        new("A file of a byte order mark alone has no header", Refused("empty_file")) { Content = [0xEF, 0xBB, 0xBF] },
        new("A file of blank lines has no header", Refused("empty_file")) { Text = "\n\r\n\n" },
        new("A file of a header alone loads nothing", Loads()) { Text = "id,v\n" },
        new("A file of a header alone without a line break loads nothing", Loads()) { Text = "id,v" },
        new("A file of a mark and a header loads nothing", Loads()) { Text = "\uFEFFid,v\n" },
        new("An empty file without a header is no record", Loads()) { Text = "", Job = j => j with { Headers = ["id", "v"], Csv = new() { NoHeader = true } } },
        new("A file of one quote is a header that is never closed", Refused("bad_header", "never closed")) { Text = "\"" },
        new("A page of HTML is told from data", Refused("extra_columns", "<!DOCTYPE html>")) { Text = "<!DOCTYPE html>\n<html><body>404</body></html>\n" },
        new("A document of JSON is told from data", Refused("extra_columns")) { Text = "{\"id\": 1, \"v\": \"a\"}\n" });

    public static TheoryData<string> Cases => Table.Names;

    [Theory]
    [MemberData(nameof(Cases))]
    public Task It_ends_as_it_must(string name) => database.RunAsync(Table[name]);

    private static LoadJob Small(LoadJob job) => job with { Csv = job.Csv with { MaxRecordBytes = Limit } };

    private static string Lines(int count)
    {
        var text = new StringBuilder();
        for (var i = 1; i <= count; i++) text.Append($"{i},ab\n");
        return text.ToString();
    }

    private static BadInputCase Records(
        string name, string records, Expected ends, Func<CsvOptions, CsvOptions>? csv = null, Func<LoadJob, LoadJob>? job = null, string header = "id,v\n") =>
        new(name, ends)
        {
            Text = header + records,
            Job = j => (job ?? (x => x))(j) with { Csv = (csv ?? (x => x))(j.Csv) },
        };
}
