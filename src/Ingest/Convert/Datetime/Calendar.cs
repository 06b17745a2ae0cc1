namespace Ingest.Convert;

/// <summary>
/// The proleptic Gregorian calendar and the ranges of PostgreSQL's date and time types. Years are astronomical: 1 BC is
/// year 0. Days and microseconds count from 2000-01-01 (datatype/timestamp.h).
/// </summary>
internal static class Calendar
{
    /// <summary>Microseconds of a day.</summary>
    public const long MicrosPerDay = 86_400_000_000;

    /// <summary>Microseconds of an hour.</summary>
    public const long MicrosPerHour = 3_600_000_000;

    /// <summary>Microseconds of a minute.</summary>
    public const long MicrosPerMinute = 60_000_000;

    /// <summary>Microseconds of a second.</summary>
    public const long MicrosPerSecond = 1_000_000;

    /// <summary>4714-11-24 BC, the first day of date and timestamp: Julian day 0.</summary>
    public const int FirstDay = -2_451_545;

    /// <summary>The day after 5874897-12-31, date's last.</summary>
    public const int EndDay = 2_147_483_494 - 2_451_545;

    /// <summary>The microsecond after 294276-12-31 23:59:59.999999, timestamp's last.</summary>
    public const long EndMicros = 9_223_371_331_200_000_000;

    // The year after date's last; the day count of every year up to it stays in 32 bits.
    private const int MaxYear = 5_874_898;

    // 400 years are 146,097 days; so many cycles are more than any type's first year is before year 0.
    private const int CyclesAdded = 15_000;
    private const ulong DaysOfCycle = 146_097;

    private static ReadOnlySpan<ushort> DaysFromMarch => [306, 337, 0, 31, 61, 92, 122, 153, 184, 214, 245, 275];

    private static ReadOnlySpan<byte> MonthDays => [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

    /// <summary>The days from 2000-01-01 to a date; false when there is no such date or its year is outside of every type's range.</summary>
    public static bool TryGetDay(int year, int month, int day, out int days)
    {
        days = 0;
        if ((uint)(month - 1) > 11 || day < 1 || Math.Abs(year) > MaxYear) return false;
        if (day > MonthDays[month - 1] && !(month == 2 && day == 29 && IsLeap(year))) return false;

        // Years that begin in March put the leap day last; whole cycles of 400 years make them positive.
        var y = (ulong)(year + (month <= 2 ? CyclesAdded * 400 - 1 : CyclesAdded * 400));
        days = (int)(long)(y * 365 + y / 4 - y / 100 + y / 400 + DaysFromMarch[month - 1] + (uint)day - (CyclesAdded * DaysOfCycle + 730_426));
        return true;
    }

    private static bool IsLeap(int year) => (year & 3) == 0 && (year % 100 != 0 || year % 400 == 0);
}
