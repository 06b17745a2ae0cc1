using System.Text;
using CsvHelper;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;
using static Ingest.Tests.Formats.Csv.Tokenized;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvTokenizerTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(3000).WithEndSize(60);

    [Fact]
    public void Records_written_in_any_dialect_come_back_unchanged()
    {
        var cases =
            from dialect in CsvTexts.Dialects
            from records in CsvTexts.Values(dialect).NonEmptyListOf().NonEmptyListOf()
            from lineBreak in Gen.Elements<string?>("\n", "\r", "\r\n", null)
            from seed in Gen.Choose(0, int.MaxValue)
            select (dialect, records: records.Where(r => CanBeWritten(r, dialect)).ToList(), lineBreak, seed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var text = CsvTexts.Write(c.records, c.dialect, c.lineBreak, c.seed);
            var read = Records(text, c.dialect, keepBlankLines: false);
            Assert.All(read, r => Assert.Equal(CsvMalformation.None, r.Malformation));
            Assert.Equal(
                c.records.Select(r => string.Join(Separator, r.Select(Latin))),
                read.Select(r => r.Fields.Replace("‹", "", StringComparison.Ordinal).Replace("›", "", StringComparison.Ordinal)));
        }).Check(Many);
    }

    /// <summary>
    /// Records and fields are cut alike; only the values of malformed records differ: CsvHelper appends text after a
    /// closing quote and ends an unclosed field at the end of the text, a load rejects both records.
    /// </summary>
    [Fact]
    public void Any_bytes_are_cut_as_CsvHelper_cuts_them() =>
        Prop.ForAll(CsvTexts.Bytes(CsvTexts.Rfc4180).ToArbitrary(), text => AssertCutAsByCsvHelper(text, CsvTexts.Rfc4180)).Check(Many);

    [Fact]
    public void Any_bytes_with_comments_are_cut_as_CsvHelper_cuts_them()
    {
        var dialect = CsvTexts.Rfc4180 with { Comment = (byte)'#' };
        Prop.ForAll(CsvTexts.Bytes(dialect).ToArbitrary(), text => AssertCutAsByCsvHelper(text, dialect)).Check(Many);
    }

    [Theory]
    [InlineData("a,b", "a·b")]
    [InlineData("a,", "a·")]
    [InlineData("\"a\"\"b\",\"\"", "‹a\"b›·‹›")]
    [InlineData("a\"b\",c", "a\"b\"·c")]
    [InlineData(" \"a\",b", " \"a\"·b")]
    [InlineData("\"a\r\nb\",c", "‹a\r\nb›·c")]
    public void A_quote_means_something_only_at_the_start_of_a_field(string text, string fields) =>
        Assert.Equal(fields, Assert.Single(Records(Encoding.Latin1.GetBytes(text), CsvTexts.Rfc4180)).Fields);

    [Theory]
    [InlineData("\"a\"b,c", CsvMalformation.TextAfterClosingQuote)]
    [InlineData("x,\"a\" \n", CsvMalformation.TextAfterClosingQuote)]
    [InlineData("\"a,b\nc", CsvMalformation.UnclosedQuote)]
    [InlineData("\"a\"\"", CsvMalformation.UnclosedQuote)]
    public void Quoting_that_cannot_be_meant_is_told(string text, object malformation) =>
        Assert.Equal(malformation, Assert.Single(Records(Encoding.Latin1.GetBytes(text), CsvTexts.Rfc4180)).Malformation);

    [Theory]
    [InlineData("\"a\\\"b\"", "‹a\"b›")]
    [InlineData("\"a\\\\\"", "‹a\\›")]
    [InlineData("\"a\\nb\"", "‹a\\nb›")]
    [InlineData("a\\,b", "a\\·b")]
    public void A_backslash_escapes_inside_quotes_alone_and_only_quotes_and_itself(string text, string fields) =>
        Assert.Equal(fields, Assert.Single(Records(Encoding.Latin1.GetBytes(text), CsvTexts.Rfc4180 with { Escape = (byte)'\\' })).Fields);

    [Fact]
    public void A_blank_line_is_a_record_only_when_asked_for()
    {
        var text = "a\n\n\r\n\rb\n"u8;
        Assert.Equal(["a", "b"], Records(text, CsvTexts.Rfc4180, keepBlankLines: false).Select(r => r.Fields));
        Assert.Equal(["a", "", "", "", "b"], Records(text, CsvTexts.Rfc4180, keepBlankLines: true).Select(r => r.Fields));
    }

    [Theory]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(128)]
    [InlineData(100_000)]
    public void A_record_may_have_any_number_of_fields(int fields)
    {
        var text = Encoding.Latin1.GetBytes(string.Join(',', Enumerable.Range(0, fields)) + "\n" + new string(',', fields - 1));
        var records = Records(text, CsvTexts.Rfc4180);
        Assert.Equal(string.Join(Separator, Enumerable.Range(0, fields)), records[0].Fields);
        Assert.Equal(new string(Separator, fields - 1), records[1].Fields);
    }

    [Fact]
    public void A_tokenizer_starts_anew_with_each_block()
    {
        using var tokenizer = new CsvTokenizer(CsvTexts.Rfc4180);
        foreach (var (text, count) in (ReadOnlySpan<(string, int)>)[("a,b\nc,\"d", 2), ("e\nf,g\nh", 3), ("", 0), ("i", 1)])
        {
            var block = Block(Encoding.Latin1.GetBytes(text));
            tokenizer.Begin(block);
            var records = 0;
            while (tokenizer.MoveNext()) records++;
            Assert.Equal(count, records);
            block.Release();
        }
    }

    internal static void AssertCutAsByCsvHelper(byte[] text, CsvDialect dialect)
    {
        var ours = Records(text, dialect, keepBlankLines: false);
        using var reader = CsvReader.Create(text, new CsvReaderOptions
        {
            Separator = (char)dialect.Delimiter,
            Quote = (char)dialect.Quote,
            HasHeader = false,
            CommentPrefix = dialect.Comment == 0 ? null : (char)dialect.Comment,
        });
        var i = 0;
        for (; reader.Read(); i++)
        {
            Assert.True(i < ours.Count, $"CsvHelper finds more than {ours.Count} records");
            Assert.Equal(reader.ByteOffset, ours[i].Start);
            Assert.Equal(Encoding.Latin1.GetString(reader.RawRecord), ours[i].Raw);
            var theirs = new string[reader.FieldCount];
            for (var f = 0; f < theirs.Length; f++) theirs[f] = Encoding.Latin1.GetString(reader.GetSpan(f));
            var fields = ours[i].Fields.Replace("‹", "", StringComparison.Ordinal).Replace("›", "", StringComparison.Ordinal);
            if (ours[i].Malformation == CsvMalformation.None) Assert.Equal(string.Join(Separator, theirs), fields);
            else Assert.Equal(theirs.Length, fields.Split(Separator).Length);
        }
        Assert.Equal(ours.Count, i);
    }

    /// <summary>Without quotes, an empty line is no record and a comment character at its start has no escape.</summary>
    private static bool CanBeWritten(List<string> record, CsvDialect dialect) =>
        dialect.Quote != 0 || (record is not [""] && !(dialect.Comment != 0 && record[0].StartsWith((char)dialect.Comment)));

    private static string Latin(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
