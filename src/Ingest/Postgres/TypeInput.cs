namespace Ingest.Postgres;

/// <summary>
/// How text becomes a value of a type whose cast reads it otherwise than COPY, which calls the type's input function. An
/// interval of some fields only, such as <c>interval minute to second</c>: they decide what 10:20 means (DecodeInterval, datetime.c),
/// and a cast reads the text before it looks at them. A regclass: its cast knows names only (text_regclass, regproc.c), not <c>-</c> or a number.
/// </summary>
internal sealed record TypeInput
{
    private const uint Interval = 1186;
    private const uint IntervalArray = 1187;
    private const uint RegClass = 2205;

    /// <summary>The bits of the modifier above the precision, all set where every field is allowed (INTERVAL_FULL_RANGE, timestamp.h).</summary>
    private const int FullRange = 0x7FFF;

    private readonly uint type;
    private readonly int modifier;

    private TypeInput(uint type, int modifier) => (this.type, this.modifier) = (type, modifier);

    /// <summary>For a type, or null where a cast does the same.</summary>
    /// <param name="type">The type's oid.</param>
    /// <param name="modifier">Its modifier, or −1.</param>
    public static TypeInput? Of(uint type, int modifier) => type switch
    {
        Interval or IntervalArray when modifier >= 0 && (modifier >> 16 & FullRange) != FullRange => new(type, modifier),
        RegClass => new(type, modifier),
        _ => null,
    };

    /// <summary>The value of an expression of type text. What reads arrays gives no type that SQL could assign, but its text needs no modifier any more.</summary>
    public string Read(string text) => type switch
    {
        RegClass => $"pg_catalog.regclassin(pg_catalog.textout({text}))",
        IntervalArray => $"pg_catalog.array_in(pg_catalog.textout({text}), {Interval}, {modifier})::pg_catalog.text::pg_catalog.interval[]",
        _ => $"pg_catalog.interval_in(pg_catalog.textout({text}), {Interval}, {modifier})",
    };
}
