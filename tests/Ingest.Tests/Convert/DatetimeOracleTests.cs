using System.Text.RegularExpressions;
using FsCheck;
using Ingest.Convert;
using Ingest.Testing;
using static Ingest.Tests.Convert.Texts;

namespace Ingest.Tests.Convert;

/// <summary>Dates and times read as the server reads them, in the ISO forms and their variants.</summary>
public sealed class DatetimeOracleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Count = 6000;

    private static readonly Gen<string> Year = Any(Number(1900, 2100, 4), Number(1, 9999, 4), Number(0, 999, 3), Number(10000, 300000), Number(5_874_890, 5_874_900), One("0000", "99999999999"));
    private static readonly Gen<string> Date = Any(
        Join(Number(1990, 2030, 4), One("-"), Number(1, 12, 2), One("-"), Number(1, 28, 2)),
        Join(Year, One("-"), Number(0, 13, 2), One("-"), Number(0, 32, 2)),
        Join(Year, One("-"), Number(1, 12), One("-"), Number(1, 31)),
        Join(Year, One("/"), Number(1, 12), One("/"), Number(1, 31)),
        Join(Number(1, 9999, 4), Number(1, 12, 2), Number(1, 31, 2)),
        Join(Year, One("-02-29", "-02-30", "-12-31", "-01-01", "-11-24", "-11-23")));

    private static readonly Gen<string> Fraction = Maybe(Join(One("."), Any(Digits(1, 6), Digits(1, 12), One("9999995", "9999994", "0000005", "5", "9999999"))));
    private static readonly Gen<string> Time = Any(
        Join(Number(0, 23, 2), One(":"), Number(0, 59, 2), One(":"), Number(0, 59, 2), Fraction),
        Join(Number(0, 25), One(":"), Number(0, 61)),
        Join(Number(0, 26, 2), Number(0, 61, 2), Maybe(Join(Number(0, 61, 2), Fraction))),
        Join(Number(0, 25), One(":"), Number(0, 61), One(":"), Number(0, 61), Fraction),
        Join(One("23:59:59", "24:00:00", "23:59:60", "12:59:60", "24:00:01", "00:00:00"), Fraction),
        Join(Number(1, 13), One(":"), Number(0, 59, 2), Maybe(Join(One(":"), Number(0, 59, 2))), One("AM", "pm", " PM", " am")));

    private static readonly Gen<string> Zone = Any(
        One("Z", "z", " UTC", " gmt", "+00", "-00:00", "+15:59:59", "-15:59", "+16", "+12:60", "+05:30", "-08"),
        Join(One("", " "), One("+", "-"), Any(Number(0, 16, 2), Number(0, 9), Number(0, 1600, 4), Join(Number(0, 16, 2), One(":"), Number(0, 60, 2)))));

    private static readonly Gen<string> Infinity = AnyCase(One("infinity", "-infinity", "infinit"));
    private static readonly Gen<string> Era = One("", "", "", "", " BC", " bc", "BC", " AD");
    private static readonly Gen<string> Timestamp = Join(Date, One(" ", "T", "t", "  ", " T"), Time, Maybe(Zone), Era);
    private static readonly Gen<string> Edges = Any(
        Join(One("294276-12-31 23:59:59", "294277-01-01 00:00:00", "294276-12-31 24:00:00"), Any(One(""), One(".999999", ".9999994", ".9999995")), One("", "+00", "+01", "-01", "Z")),
        Join(One("4714-11-24 00:00:00", "4714-11-23 23:59:59.999999", "4714-11-24", "4714-11-23", "4714-12-31", "4713-01-01"), One("", "+00", "+01", "-01"), One(" BC")),
        One("5874897-12-31", "5874898-01-01", "5874898-06-03", "0001-01-01 BC", "0000-01-01", "2000-02-29", "1900-02-29"));

    private static readonly Gen<string> All = Any(Spaced(Join(Date, Era)), Spaced(Timestamp), Spaced(Timestamp), Edges, Infinity);

    // The server takes letters right before an offset (UTC+3, PM-08) for a POSIX zone, whose sign means the opposite, and
    // letters right after it (-08BC) for part of the zone; we read neither.
    private static bool IsPosixZone(string text) =>
        Regex.IsMatch(text, "[a-zA-Z][+-]|[+-][0-9:]+[a-zA-Z]");

    [Fact]
    public async Task Dates_read_as_the_server_reads_them() => await CompareAsync("date", All);

    [Theory]
    [InlineData("timestamp")]
    [InlineData("timestamp(0)")]
    [InlineData("timestamp(3)")]
    [InlineData("timestamptz")]
    [InlineData("timestamptz(2)")]
    public async Task Timestamps_read_as_the_server_reads_them(string type) =>
        // With a precision, the server's input rounds past the end of the range to a value that it cannot read back.
        await CompareAsync(type, All, text => IsPosixZone(text) || (type.Contains('(') && text.StartsWith("294276-12-31", StringComparison.Ordinal)));

    [Theory]
    [InlineData("time")]
    [InlineData("time(0)")]
    [InlineData("timetz")]
    [InlineData("timetz(3)")]
    public async Task Times_read_as_the_server_reads_them(string type)
    {
        var time = Any(Time, Join(One("T", "t"), Time), Join(One("", "T"), Number(0, 24, 2), Number(0, 59, 2), Number(0, 60, 2), Fraction));
        var dated = Join(Number(1000, 9999), One("-"), Number(0, 13), One("-"), Number(1, 31), One(" ", "  ", "T"), time, Maybe(Zone), Era);
        // Before a time of day, the server takes some dates and a T, by the way in which its offset is written; we take none.
        await CompareAsync(type, Any(Spaced(Join(time, Maybe(Zone))), dated), text => IsPosixZone(text) || Regex.IsMatch(text, "^[0-9-]+ *([Tt]|[0-9]{4,6}[^:]*-)"));
    }

    [Theory]
    [InlineData("Jan 2, 2020", "month names are for --date-format")]
    [InlineData("2-Jan-2020", "month names are for --date-format")]
    [InlineData("01/02/2020", "DateStyle decides between day and month")]
    [InlineData("20-01-02", "DateStyle decides between day, month and year")]
    [InlineData("200102", "two digits of a year")]
    [InlineData("2020.002", "the day of the year")]
    [InlineData("J2458851", "the Julian day")]
    [InlineData("today", "hangs on the clock")]
    [InlineData("epoch", "a word of PostgreSQL's own")]
    [InlineData("2020-01-02 10:20.5", "the server takes it for minutes and seconds")]
    [InlineData("2020-01-02 10:00 America/New_York", "the zone database is the server's")]
    [InlineData("2020-01-02 10:00 EST", "the zone database is the server's")]
    public void Some_forms_of_the_server_are_left_out(string text, string reason)
    {
        foreach (var oid in new[] { TypeOids.Date, TypeOids.Timestamp, TypeOids.TimestampTz })
            Assert.True(Encoded.Failure(Encoded.For(oid), text) == ConversionFailure.InvalidDatetime, reason);
    }

    [SkippableTheory]
    [InlineData("date")]
    [InlineData("timestamp")]
    [InlineData("timestamptz")]
    public async Task Damaged_dates_never_become_another_value(string type)
    {
        Skip.If(postgres.Major < 15, "until PostgreSQL 14, a point wants decimals behind it; we read 10:15:00. there too");
        // The server's reader takes far more forms than the ISO ones: here only what we take is compared.
        var plain = Join(Number(1000, 9999, 4), One("-"), Number(1, 12, 2), One("-"), Number(1, 28, 2), Maybe(Join(One(" ", "T"), Time, Maybe(Zone))));
        await CompareAsync(type, Damaged(Damaged(plain, "0-: T+.Z"), "1-: T+.Z"), _ => true);
    }

    private async Task CompareAsync(string type, Gen<string> texts, Func<string, bool>? unread = null)
    {
        await using var database = await postgres.CreateSchemaAsync();
        // Of two faults in one text, either may be named.
        await new ServerOracle(database).CompareAsync(type, Take(texts, Count), unread ?? IsPosixZone, otherState: _ => true);
    }
}
