namespace Ingest.Postgres;

/// <summary>
/// How text becomes an interval of some fields only, such as <c>interval minute to second</c>: they decide what 10:20 means
/// (DecodeInterval, datetime.c), and a cast reads the text before it looks at them.
/// </summary>
/// <param name="Modifier">The type's modifier.</param>
/// <param name="IsArray">Whether it is an array of them.</param>
internal sealed record IntervalInput(int Modifier, bool IsArray)
{
    private const uint Interval = 1186;
    private const uint IntervalArray = 1187;

    /// <summary>The bits of the modifier above the precision, all set where every field is allowed (INTERVAL_FULL_RANGE, timestamp.h).</summary>
    private const int FullRange = 0x7FFF;

    /// <summary>For a type, or null when its modifier does not matter to what text means.</summary>
    /// <param name="type">The type's oid.</param>
    /// <param name="modifier">Its modifier, or −1.</param>
    public static IntervalInput? Of(uint type, int modifier) =>
        type is Interval or IntervalArray && modifier >= 0 && (modifier >> 16 & FullRange) != FullRange ? new(modifier, type == IntervalArray) : null;

    /// <summary>The value of an expression of type text. What reads arrays gives no type that SQL could assign, but its text needs no modifier any more.</summary>
    public string Read(string text) => IsArray
        ? $"pg_catalog.array_in(pg_catalog.textout({text}), {Interval}, {Modifier})::pg_catalog.text::pg_catalog.interval[]"
        : $"pg_catalog.interval_in(pg_catalog.textout({text}), {Interval}, {Modifier})";
}
