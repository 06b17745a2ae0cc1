using Ingest.Benchmarks.Data;

namespace Ingest.Benchmarks.Race;

/// <summary>Rows to load, how they are spread over files, and the works that are done with them.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="Title">What is special about it, for the report.</param>
/// <param name="Dataset">The rows and their table.</param>
/// <param name="Rows">How many rows in all.</param>
internal sealed record Workload(string Name, string Title, Dataset Dataset, long Rows)
{
    /// <summary>Rows of each small file of <c>small-files</c>.</summary>
    private const int SmallFileRows = 500;

    /// <summary>The works, in the order in which they are done.</summary>
    public IReadOnlyList<Work> Works { get; init; } = Work.All;

    /// <summary>The files that the rows are spread over evenly.</summary>
    public int Files { get; init; } = 1;

    /// <summary>Whether the file is compressed by gzip.</summary>
    public bool Gzip { get; init; }

    /// <summary>Whether only our own load and pgloader's take part: it is too slow for the larger workloads.</summary>
    public bool ForPgloader { get; init; }

    /// <summary>The narrow rows in one file, as many as asked for.</summary>
    public static Workload Narrow(long rows) => new("narrow", "10 columns of the usual types", new NarrowData(), rows);

    /// <summary>Every workload, sized by the options.</summary>
    public static IReadOnlyList<Workload> All(RaceOptions options)
    {
        var narrow = new NarrowData();
        var files = (int)Math.Max(2, 2000 * options.Scale);
        return
        [
            Narrow(options.Rows),
            new("wide", "120 columns", new WideData(), Scaled(250_000)),
            new("text", "long quoted texts with line breaks and doubled quotes", new TextData(), Scaled(400_000)),
            new("numeric", "13 numbers, 8 of them numeric", new NumericData(), Scaled(1_000_000)),
            new("composite", "a key of two texts, in random order", new CompositeKeyData(), Scaled(1_000_000)),
            new("indexed", "narrow rows, five indexes besides the key's", Dataset.Find("indexed")!, Scaled(1_000_000)) { Works = [.. Work.All.Where(w => w.Keyed)] },
            new("small-files", $"narrow rows in {files} files of {SmallFileRows}", narrow, (long)files * SmallFileRows) { Files = files },
            new("gzip", "narrow rows in one gzip file", narrow, Scaled(2_000_000)) { Gzip = true, Works = Work.Csv },
            new("start", "1,000 narrow rows: what starting costs", narrow, 1000) { Works = [Work.Append, Work.Upsert] },
            new("pgloader", "narrow rows for a plain load by pgloader", narrow, Math.Min(options.Rows, 1_000_000)) { Works = [Work.Upsert], ForPgloader = true },
        ];

        long Scaled(long rows) => Math.Max(1000, (long)(rows * options.Scale));
    }
}
