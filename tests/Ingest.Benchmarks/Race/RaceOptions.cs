using System.Globalization;

namespace Ingest.Benchmarks.Race;

/// <summary>What is raced, and how often.</summary>
internal sealed record RaceOptions
{
    /// <summary>The measurements that are no race: rows/s and memory by size, allocations, decoding alone.</summary>
    public static IReadOnlyList<string> Measures { get; } = [SizesMeasure.Name, AllocationMeasure.Name, DecodeMeasure];

    /// <summary>The name of <see cref="DecodeResult"/> on the command line.</summary>
    public const string DecodeMeasure = "decode";

    /// <summary>How to call it.</summary>
    public static string Usage { get; } =
        $"""
        usage: tests/bench.sh [OPTION...]
        Races `ingest load` with its peers on this machine and writes medians and ratios to docs/benchmarks/latest.md and
        latest.json. A run of a part (--only, --workload) writes partial.md and partial.json instead. Nothing else should run
        meanwhile. A whole run takes some two hours and 25 GB of disk; generated files stay in artifacts/bench.

          --rows N             rows of the narrow workload (default 5000000)
          --scale F            scales the other workloads (default 1)
          --rounds N           how often each contender does each work (default 3)
          --only WORK,...      of: {string.Join(", ", Work.Csv.Select(w => w.Name))},
                                   {string.Join(", ", Work.All.Except(Work.Csv).Select(w => w.Name).Concat(Measures))}
          --workload NAME,...  of: {string.Join(", ", Workload.All(new()).Select(w => w.Name))}
          --long               also loads 20000000 narrow rows, and the reference loader does every upsert
          --wal N              the server keeps N GB of write-ahead log and no more (4 to 8 GB without this)
          --small-pages        the server's memory stays in small pages; without this it lies in huge ones where the system
                               has them to give (Linux, as root; what was asked for is given back at the end)
          --dry-run            prints who takes part in what, and ends
          --help               prints this
        """;

    public long Rows { get; init; } = 5_000_000;

    public double Scale { get; init; } = 1;

    public int Rounds { get; init; } = 3;

    /// <summary>The works and measures asked for; empty for all.</summary>
    public IReadOnlyList<string> Only { get; init; } = [];

    /// <summary>The workloads asked for; empty for all.</summary>
    public IReadOnlyList<string> Workloads { get; init; } = [];

    public bool Long { get; init; }

    /// <summary>How much write-ahead log the server keeps, in GB; null for the race's own choice.</summary>
    public int? WalGigabytes { get; init; }

    /// <summary>Whether the server's memory stays in small pages where huge ones are to be had too.</summary>
    public bool SmallPages { get; init; }

    public bool DryRun { get; init; }

    public bool Help { get; init; }

    /// <summary>Whether only a part was asked for.</summary>
    public bool Partial => Only.Count > 0 || Workloads.Count > 0;

    /// <summary>Whether a work or a measure was asked for.</summary>
    public bool Wants(string name) => Only.Count == 0 || Only.Contains(name);

    /// <summary>Whether a measure, which is of the narrow workload, was asked for.</summary>
    public bool WantsMeasure(string name) => Wants(name) && (Workloads.Count == 0 || Workloads.Contains("narrow"));

    /// <summary>Reads the command line.</summary>
    /// <exception cref="FormatException">An option is unknown, lacks its value, or the value is none of those allowed.</exception>
    public static RaceOptions Parse(IReadOnlyList<string> args)
    {
        var options = new RaceOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var name = args[i];
            options = name switch
            {
                "--rows" => options with { Rows = Count(Value(), 1000) },
                "--scale" => options with { Scale = Factor(Value()) },
                "--rounds" => options with { Rounds = (int)Count(Value(), 1) },
                "--only" => options with { Only = Names(Value(), [.. Work.All.Select(w => w.Name), .. Measures]) },
                "--workload" => options with { Workloads = Names(Value(), [.. Workload.All(options).Select(w => w.Name)]) },
                "--wal" => options with { WalGigabytes = (int)Count(Value(), 1) },
                "--long" => options with { Long = true },
                "--small-pages" => options with { SmallPages = true },
                "--dry-run" => options with { DryRun = true },
                "--help" => options with { Help = true },
                _ => throw new FormatException($"unknown option '{name}'"),
            };

            string Value() => ++i < args.Count ? args[i] : throw new FormatException($"'{name}' needs a value");
        }
        return options;
    }

    private static long Count(string text, long least) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count >= least && count <= int.MaxValue
            ? count
            : throw new FormatException($"'{text}' is not a count from {least} up");

    private static double Factor(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor is > 0 and <= 1000
            ? factor
            : throw new FormatException($"'{text}' is not a factor above 0, 1000 at most");

    private static string[] Names(string text, string[] known)
    {
        var names = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var unknown = names.FirstOrDefault(n => !known.Contains(n)) ?? (names.Length == 0 ? "" : null);
        return unknown is null ? names : throw new FormatException($"'{unknown}' is none of {string.Join(", ", known)}");
    }
}
