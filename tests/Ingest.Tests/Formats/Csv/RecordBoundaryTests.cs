using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;
using static Ingest.Tests.Formats.Csv.Tokenized;

namespace Ingest.Tests.Formats.Csv;

/// <summary>What parallel decoding stands on: blocks cut at a boundary hold the same records as the whole text.</summary>
public sealed class RecordBoundaryTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(50);

    [Fact]
    public void A_text_cut_at_a_boundary_has_the_same_records_wherever_the_reader_had_come_to() =>
        Prop.ForAll(CsvTexts.DialectsAndBytes.ToArbitrary(), AssertEveryCutIsExact).Check(Many);

    [Fact]
    public void A_boundary_is_found_when_a_second_record_has_begun() =>
        Prop.ForAll(CsvTexts.DialectsAndBytes.ToArbitrary(), c =>
        {
            if (new RecordBoundary(c.Dialect).FindLast(c.Text) == 0) Assert.InRange(Records(c.Text, c.Dialect).Count, 0, 1);
        }).Check(Many);

    [Fact]
    public void The_open_quote_is_where_the_unclosed_field_begins() =>
        Prop.ForAll(CsvTexts.DialectsAndBytes.ToArbitrary(), c =>
        {
            // As the reader does: what follows the last boundary is looked at again, with more behind it.
            var boundary = new RecordBoundary(c.Dialect);
            var start = boundary.FindLast(c.Text);
            while (boundary.FindLast(c.Text.AsSpan(start)) is > 0 and var more) start += more;
            var isOpen = Records(c.Text, c.Dialect) is [.., { Malformation: CsvMalformation.UnclosedQuote }];
            if (isOpen) Assert.Equal(c.Dialect.Quote, c.Text[start + boundary.OpenQuote]);
            // A doubled quote may be half read, so that a quote at the very end is not known to close.
            else if (c.Text.Length > 0 && c.Text[^1] != c.Dialect.Quote) Assert.Equal(-1, boundary.OpenQuote);
        }).Check(Many);

    [Theory]
    [InlineData("# it's \"open\n\"a\nb\"\nc", '"', 19)]
    [InlineData("a\n# \",\"\nb,\"x\n", '"', 8)]
    [InlineData("\"a\n# \"\nb", '"', 7)]
    [InlineData("a\rb\r", '"', 2)]
    [InlineData("a\r\nb\r", '"', 3)]
    public void Quotes_in_comments_open_nothing(string text, char quote, int length) => Assert.Equal(
        length, new RecordBoundary(new((byte)',', (byte)quote, (byte)quote, (byte)'#')).FindLast(System.Text.Encoding.Latin1.GetBytes(text)));

    private static void AssertEveryCutIsExact((CsvDialect Dialect, byte[] Text) c)
    {
        var boundary = new RecordBoundary(c.Dialect);
        var whole = Records(c.Text, c.Dialect);
        for (var read = 0; read <= c.Text.Length; read++)
        {
            var cut = boundary.FindLast(c.Text.AsSpan(0, read));
            Assert.InRange(cut, 0, read);
            var parts = Records(c.Text.AsSpan(0, cut), c.Dialect);
            parts.AddRange(Records(c.Text.AsSpan(cut), c.Dialect, offset: cut));
            Assert.Equal(whole, parts);
        }
    }
}
