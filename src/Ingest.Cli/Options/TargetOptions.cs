using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Lanes;
using Ingest.Plan;

namespace Ingest.Cli.Options;

/// <summary>Where records go, and what happens to those that meet others or cannot be applied.</summary>
internal sealed class TargetOptions
{
    private static readonly (string Word, LoadMode Mode)[] Modes =
    [
        ("upsert", LoadMode.Upsert), ("append", LoadMode.Append), ("insert-ignore", LoadMode.InsertIgnore), ("replace", LoadMode.Replace),
    ];

    public Option<string?> Table { get; } = NewOption.Text("--table", "NAME", "The target: table or schema.table", "-t", "--target");

    public Option<string[]?> Key { get; } = NewOption.Names("--pk", "A,B",
        "The key columns that decide what is the same row (default: the table's primary key)", UsageMessages.KeyEmpty, "-k", "--primary-key", "--key");

    public Option<LoadMode> Mode { get; } = Choice.Of("--mode",
        "upsert: update rows that are there. append: only insert. insert-ignore: keep rows that are there. replace: swap the table's content in one step",
        Modes);

    public Option<OnDuplicate> OnDuplicate { get; } = Choice.Of("--on-duplicate", "Which record stands when a key occurs again in a file, with --mode upsert and replace; insert-ignore keeps the first",
        ("last", Lanes.OnDuplicate.Last), ("first", Lanes.OnDuplicate.First), ("reject", Lanes.OnDuplicate.Reject), ("error", Lanes.OnDuplicate.Error));

    public Option<string?> MaxRejects { get; } = new("--max-rejects", "--max-errors")
    {
        HelpName = "N|P%",
        Description = "Records that may be rejected before the run fails: a count, or a share of the records (default 0)",
        CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (!RejectLimit.TryParse(text, out _)) result.AddError(UsageMessages.NotALimit("--max-rejects", text));
            return text;
        },
    };

    public Option<bool> Tolerant { get; } = NewOption.Switch("--tolerant", "Accept missing columns and short records");

    public Option<TolerantMode> TolerantMode { get; } = Choice.Of("--tolerant-mode", "What a missing column gets; turns --tolerant on",
        ("null", Plan.TolerantMode.Null), ("empty", Plan.TolerantMode.Empty));

    public Option<ExtraColumns> ExtraColumns { get; } = Choice.Of("--extra-columns", "What happens to columns that the table does not have",
        ("error", Plan.ExtraColumns.Error), ("ignore", Plan.ExtraColumns.Ignore));

    public Option<bool> CreateTable { get; } = NewOption.Switch("--create-table", "Create the table when it is missing: text columns, and the primary key of --pk");

    public Option<bool> PreserveTypes { get; } = NewOption.Switch("--preserve-types", "With --create-table: infer the columns' types");

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("Target", [Table, Key, Mode, OnDuplicate, CreateTable, PreserveTypes]);

    /// <summary>The options about records that do not fit.</summary>
    public OptionGroup ToleranceGroup => new("Records that do not fit", [MaxRejects, Tolerant, TolerantMode, ExtraColumns]);

    /// <summary>
    /// The mode in which rejects of a stored mode are replayed. What <c>replace</c> rejected joins the rows that it put in place.
    /// </summary>
    public static LoadMode ModeOf(string stored)
    {
        // The manifest may have the option's word or the enumeration's name.
        var found = Array.Find(Modes, mode => mode.Word.Replace("-", "").Equals(stored.Replace("-", "").Replace("_", ""), StringComparison.OrdinalIgnoreCase));
        return found is { Word: not null, Mode: not LoadMode.Replace } ? found.Mode : LoadMode.Upsert;
    }

    /// <summary>Reads <c>--max-rejects</c>.</summary>
    public RejectLimit ReadMaxRejects(ParseResult arguments) =>
        arguments.GetValue(MaxRejects) is { } text && RejectLimit.TryParse(text, out var limit) ? limit : RejectLimit.None;

    /// <summary>What was said of keys that occur again, or null.</summary>
    public OnDuplicate? ReadOnDuplicate(ParseResult arguments) =>
        arguments.GetResult(OnDuplicate) is { Implicit: false } ? arguments.GetValue(OnDuplicate) : null;

    /// <summary>Whether missing columns are accepted: said outright, or by saying what they get.</summary>
    public bool ReadTolerant(ParseResult arguments) =>
        arguments.GetValue(Tolerant) || arguments.GetResult(TolerantMode) is { Implicit: false };
}
