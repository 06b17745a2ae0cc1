using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;
using static Ingest.Tests.Formats.Csv.Tokenized;

namespace Ingest.Tests.Formats.Csv;

/// <summary>The fast way through regular text against the careful one, record by record.</summary>
public sealed class FieldEndsTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60);

    private static Gen<CsvDialect> Dialects => CsvTexts.Dialects.Where(QuoteParity.Serves);

    [Fact]
    public void Text_that_is_written_regularly_is_cut_as_the_scanner_cuts_it_to_its_end()
    {
        var texts =
            from dialect in Dialects
            from records in CsvTexts.Values(dialect).NonEmptyListOf().NonEmptyListOf()
            from lineBreak in Gen.Elements<string?>("\n", "\r", "\r\n", null)
            from seed in Gen.Choose(0, int.MaxValue)
            // Often enough to pass the window of 4 KiB several times.
            from times in Gen.Frequency((3, Gen.Constant(1)), (1, Gen.Choose(2, 300)))
            // With a text for NULL, a value with a quote in it is written in quotes, as COPY needs it.
            let text = CsvTexts.Write(records, dialect, lineBreak, seed, nullText: "NULL")
            select (dialect, Text: Repeat(text, times));
        Prop.ForAll(texts.ToArbitrary(), c =>
        {
            var (regular, isIrregular) = ByEnds(c.Text, c.dialect);
            Assert.False(isIrregular);
            Assert.Equal(ByScanner(c.Text, c.dialect), regular);
        }).Check(Many);
    }

    [Fact]
    public void Any_bytes_are_cut_as_the_scanner_cuts_them_up_to_where_they_are_not_regular()
    {
        var texts =
            from dialect in Dialects
            from text in CsvTexts.Bytes(dialect)
            select (dialect, Text: text);
        Prop.ForAll(texts.ToArbitrary(), c =>
        {
            var all = ByScanner(c.Text, c.dialect);
            var (regular, isIrregular) = ByEnds(c.Text, c.dialect);
            Assert.Equal(all.Take(regular.Count), regular);
            if (!isIrregular) Assert.Equal(all.Count, regular.Count);
        }).Check(Many);
    }

    [Theory]
    [InlineData("a,b\"c,d\n")]
    [InlineData("\"a\"b\n")]
    [InlineData("a,\"b\" \n")]
    [InlineData("\"a\n")]
    [InlineData("a\"\"b\n")]
    public void A_quote_where_none_belongs_is_noticed_wherever_it_stands(string text)
    {
        for (var before = 0; before < 130; before++)
        {
            var (records, isIrregular) = ByEnds([.. Enumerable.Repeat((byte)'x', before), (byte)'\n', .. System.Text.Encoding.Latin1.GetBytes(text)], CsvTexts.Rfc4180);
            Assert.True(isIrregular);
            Assert.InRange(records.Count, 0, 1);
        }
    }

    private static byte[] Repeat(byte[] text, int times) =>
        [.. Enumerable.Repeat(text.Length == 0 || text[^1] is (byte)'\n' or (byte)'\r' ? text : [.. text, (byte)'\n'], times).SelectMany(t => t)];

    private static (List<string> Records, bool IsIrregular) ByEnds(byte[] text, CsvDialect dialect)
    {
        var block = Block(text);
        using var ends = new FieldEnds(dialect);
        var records = new List<string>();
        ends.Begin();
        for (var start = 0; start < text.Length && ends.TryNext(block.Padded, block.Length, start, out var bounds);)
            start = Add(records, text, bounds);
        block.Release();
        return (records, ends.IsIrregular);
    }

    private static List<string> ByScanner(byte[] text, CsvDialect dialect)
    {
        var block = Block(text);
        var scanner = new RecordScanner(dialect);
        var records = new List<string>();
        scanner.Begin(0);
        for (var start = 0; start < text.Length;)
        {
            var malformation = scanner.Read(block.Padded, block.Length, start, out var bounds);
            start = Add(records, text, bounds);
            if (malformation != CsvMalformation.None) records[^1] += malformation;
        }
        block.Release();
        return records;
    }

    /// <summary>Adds the record and gives back where the next one starts.</summary>
    private static int Add(List<string> records, byte[] text, ArraySegment<int> bounds)
    {
        records.Add(string.Join(' ', bounds));
        var next = bounds[^1] + 1;
        return next < text.Length && text[next - 1] == '\r' && text[next] == '\n' ? next + 1 : next;
    }
}
