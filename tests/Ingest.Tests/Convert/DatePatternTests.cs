using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>What .NET writes with a pattern, the same pattern reads.</summary>
public sealed class DatePatternTests
{
    private static readonly DateTime First = new(1970, 1, 1, 0, 0, 0, DateTimeKind.Unspecified);

    private static readonly ConvertOptions Several = new() { DateFormats = ["dd.MM.yyyy", "dd.MM.yyyy HH:mm:ss", "MM/dd/yyyy"] };

    // Moments between 1970 and 2069, so that two digits tell the century.
    private static readonly Gen<DateTime> Moments =
        from day in Gen.Choose(0, 36_523)
        from second in Gen.Choose(0, 86_399)
        from micro in Gen.Choose(0, 999_999)
        select First.AddDays(day).AddSeconds(second).AddMicroseconds(micro);

    [Theory]
    [InlineData("dd.MM.yyyy", "yyyy-MM-dd")]
    [InlineData("d.M.yyyy", "yyyy-MM-dd")]
    [InlineData("yyyy-dd-MM", "yyyy-MM-dd")]
    [InlineData("d/M/yy", "yyyy-MM-dd")]
    [InlineData("ddMMyyyy", "yyyy-MM-dd")]
    [InlineData("dd-MMM-yyyy", "yyyy-MM-dd")]
    [InlineData("MMMM d, yyyy", "yyyy-MM-dd")]
    [InlineData("MM/dd/yyyy HH:mm", "yyyy-MM-dd HH:mm")]
    [InlineData("M/d/yyyy h:mm:ss tt", "yyyy-MM-dd HH:mm:ss")]
    [InlineData("M/d/yyyy h:mm:ss t", "yyyy-MM-dd HH:mm:ss")]
    [InlineData("dd.MM.yyyy 'um' HH\\:mm \"Uhr\"", "yyyy-MM-dd HH:mm")]
    [InlineData("yyyyMMddHHmmssfff", "yyyy-MM-dd HH:mm:ss.fff")]
    [InlineData("dd/MM/yyyy HH:mm:ss.ffffff", "yyyy-MM-dd HH:mm:ss.ffffff")]
    [InlineData("dd/MM/yyyy HH:mm:ss.FFFFFF", "yyyy-MM-dd HH:mm:ss.ffffff")]
    public void What_a_pattern_writes_it_reads(string pattern, string iso)
    {
        var options = new ConvertOptions { DateFormats = [pattern] };
        foreach (var oid in new[] { TypeOids.Date, TypeOids.Timestamp, TypeOids.TimestampTz })
        {
            var (expected, actual) = (Encoded.For(oid), Encoded.For(oid, options: options));
            foreach (var moment in Moments.Sample(300, 50))
            {
                var written = moment.ToString(pattern, CultureInfo.InvariantCulture);
                Assert.Equal(Encoded.Payload(expected, moment.ToString(iso, CultureInfo.InvariantCulture)), Encoded.Payload(actual, written));
            }
        }
    }

    [Theory]
    [InlineData("dd.MM.yyyy HH:mm zzz", "02.01.2020 10:00 +05:30", "2020-01-02 10:00:00+05:30")]
    [InlineData("dd.MM.yyyy HH:mmK", "02.01.2020 10:00Z", "2020-01-02 10:00:00Z")]
    [InlineData("dd.MM.yyyy", "2020-01-02T10:00:00Z", "2020-01-02T10:00:00Z")]
    [InlineData("dd.MM.yyyy", "infinity", "infinity")]
    public void Offsets_apply_and_the_ISO_forms_are_still_read(string pattern, string text, string iso) =>
        Assert.Equal(
            Encoded.Payload(Encoded.For(TypeOids.TimestampTz), iso),
            Encoded.Payload(Encoded.For(TypeOids.TimestampTz, options: new ConvertOptions { DateFormats = [pattern] }), text));

    [Theory]
    [InlineData("dd.MM.yyyy", "31.02.2020", ConversionFailure.DatetimeOverflow)]
    [InlineData("yyyy-dd-MM", "2020-01-25", ConversionFailure.DatetimeOverflow)]
    [InlineData("MM/dd/yyyy", "13/01/2020", ConversionFailure.DatetimeOverflow)]
    [InlineData("dd.MM.yyyy HH:mm", "01.01.2020 24:01", ConversionFailure.DatetimeOverflow)]
    [InlineData("dd.MM.yyyy", "1.1.2020", ConversionFailure.InvalidDatetime)]
    [InlineData("dd.MM.yyyy", "01.01.2020 ago", ConversionFailure.InvalidDatetime)]
    [InlineData("dd.MM.yyyy", "", ConversionFailure.InvalidDatetime)]
    [InlineData("dd.MM.yyyy h t", "01.01.2020 10 AM", ConversionFailure.InvalidDatetime)]
    [InlineData("dd.MM.yyyy h tt", "01.01.2020 10 A", ConversionFailure.InvalidDatetime)]
    [InlineData("dd.MM.yyyy HH:mm:ss.FFF", "01.01.2020 10:00:00.", ConversionFailure.None)]
    internal void What_a_pattern_does_not_mean_is_refused(string pattern, string text, ConversionFailure failure) =>
        Assert.Equal(failure, Encoded.Failure(Encoded.For(TypeOids.Timestamp, options: new ConvertOptions { DateFormats = [pattern] }), text));

    [Theory]
    [InlineData("05.06.2024", "2024-06-05 00:00:00")]
    [InlineData("05.06.2024 07:08:09", "2024-06-05 07:08:09")]
    [InlineData("12/31/2024", "2024-12-31 00:00:00")]
    [InlineData("2024-12-31 10:00", "2024-12-31 10:00:00")]
    public void Of_several_patterns_the_one_whose_form_a_value_has_reads_it(string text, string iso) =>
        Assert.Equal(Encoded.Payload(Encoded.For(TypeOids.Timestamp), iso), Encoded.Payload(Encoded.For(TypeOids.Timestamp, options: Several), text));

    [Theory]
    [InlineData("31.02.2024", ConversionFailure.DatetimeOverflow)]
    [InlineData("13/01/2024", ConversionFailure.DatetimeOverflow)]
    [InlineData("05.06.2024 07:08", ConversionFailure.InvalidDatetime)]
    internal void What_is_no_date_in_its_form_is_not_read_by_another_pattern(string text, ConversionFailure failure) =>
        Assert.Equal(failure, Encoded.Failure(Encoded.For(TypeOids.Timestamp, options: Several), text));

    [Theory]
    [InlineData("dd/MM/yyyy", "MM/dd/yyyy")]
    [InlineData("MM/dd/yyyy", "d/M/yyyy")]
    [InlineData("yyyyMMdd", "ddMMyyyy")]
    [InlineData("dd.MM.yy", "yy.MM.dd")]
    [InlineData("yyyy-MM-dd HH:mm", "yyyy-dd-MM HH:mm")]
    public void Patterns_that_read_a_text_as_different_dates_are_refused(string one, string other)
    {
        var error = Assert.Throws<PlanException>(() => Encoded.For(TypeOids.Date, options: new ConvertOptions { DateFormats = [one, "dd MMM yyyy", other] }));
        Assert.Contains($"--date-format '{one}' and --date-format '{other}'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Patterns_that_read_a_text_as_the_same_date_go_together()
    {
        string[] patterns = ["dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "dd.MM.yyyy HH:mm:ss.fffffffff", "dd.MM.yyyy HH:mm:ss.FFF zzz", "dd-MMM-yy", "MMMM d, yyyy h:mm tt"];
        Assert.NotNull(Encoded.For(TypeOids.Date, options: new ConvertOptions { DateFormats = patterns }));
    }

    [Theory]
    [InlineData("dd.MM", "day, month or year is missing")]
    [InlineData("dd.MM.yyyy mm", "minutes or seconds without an hour")]
    [InlineData("dd.MM.yyyy q", "'q' is not a known field")]
    [InlineData("dd.MM.yyyyy", "'yyyyy' is not a known field")]
    [InlineData("dd.dd.MM.yyyy", "'d' repeats a field")]
    [InlineData("dd.MM.yyyy 'at", "a quote is not closed")]
    public void A_pattern_that_cannot_be_read_is_an_error_that_says_why(string pattern, string problem)
    {
        var error = Assert.Throws<PlanException>(() => Encoded.For(TypeOids.Date, options: new ConvertOptions { DateFormats = [pattern] }));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.Contains(pattern, error.Message, StringComparison.Ordinal);
    }
}
