using System.Text;
using Ingest.FaultTests.Proxy;
using Ingest.Testing;
using Npgsql;

namespace Ingest.FaultTests;

/// <summary>A database with a table and a large file, and what must hold in the end.</summary>
internal sealed class FaultScene : IAsyncDisposable
{
    /// <summary>Is in every cell of text, and may be seen nowhere but in the table and among the rejects.</summary>
    public const string CanaryCell = "CANARYCELL";

    /// <summary>Asking more often would take the processor from the load.</summary>
    private static readonly TimeSpan Polling = TimeSpan.FromMilliseconds(20);

    private readonly FaultProxy proxy;

    private FaultScene(TestDatabase database, SceneShape shape)
    {
        var server = new Uri(database.Dsn);
        proxy = new(server.Host, server.Port);
        Database = database;
        Shape = shape;
        Path = System.IO.Path.Combine(Folder, "records.csv");
    }

    /// <summary>A folder for files.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ingest-fault-").FullName;

    /// <summary>The database, as its owner sees it.</summary>
    public TestDatabase Database { get; }

    /// <summary>What the file and the table are like.</summary>
    public SceneShape Shape { get; }

    /// <summary>Whether the table has a key.</summary>
    public bool IsUpsert => Shape.IsUpsert;

    /// <summary>The records of the file.</summary>
    public int Records => Shape.Records;

    /// <summary>
    /// The bytes that each connection of <see cref="Load"/> may send in a second, 0 for no limit: so that a load of any
    /// speed is still under way when a test gets to it.
    /// </summary>
    public int Pace
    {
        get => proxy.BytesPerSecond;
        set => proxy.BytesPerSecond = value;
    }

    /// <summary>Is asked about every message of <see cref="Load"/>.</summary>
    public Func<Passage, ValueTask<Verdict>>? Watch
    {
        set => proxy.Watch = value;
    }

    /// <summary>How often others have touched a row.</summary>
    public long Touches { get; set; }

    /// <summary>The rows that a second loader must have marked.</summary>
    public long Marks { get; set; }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Makes the table and the file.</summary>
    public static Task<FaultScene> CreateAsync(TestDatabase database, bool isUpsert, int records = 50_000) =>
        CreateAsync(database, new SceneShape(records, isUpsert, HasRows: false, HasRejects: false));

    /// <summary>Makes the table and the file.</summary>
    /// <param name="database">An empty database.</param>
    /// <param name="shape">What they are like.</param>
    public static async Task<FaultScene> CreateAsync(TestDatabase database, SceneShape shape)
    {
        var scene = new FaultScene(database, shape);
        await database.ExecuteAsync(SceneSql.Create(shape));
        for (var file = 0; file < shape.Files; file++)
        {
            var (first, last) = (shape.Records * (long)file / shape.Files, shape.Records * (file + 1L) / shape.Files);
            await File.WriteAllTextAsync(shape.Files == 1 ? scene.Path : System.IO.Path.Combine(scene.Folder, $"records-{file:000}.csv"), Text(shape, (int)first, (int)last));
        }
        return scene;
    }

    private static string Text(SceneShape shape, int first, int last)
    {
        var text = new StringBuilder("id,v,n\n");
        for (var i = first; i < last; i++)
        {
            var n = shape.IsBadHere(i) ? "no number" : shape.IsBadThere(i) ? "-77" : $"{i}.25";
            text.Append($"{i % shape.Keys},{CanaryCell} {i} {new string('x', i % shape.Width)},{n}\n");
        }
        return text.ToString();
    }

    /// <summary>The arguments of a load of the file.</summary>
    public string[] Arguments(int concurrency, int chunkSize) => Arguments(Shape.Files == 1 ? Path : System.IO.Path.Combine(Folder, "records-*.csv"), concurrency, chunkSize);

    private string[] Arguments(string files, int concurrency, int chunkSize) =>
        [files, "--table", "t", "--mode", IsUpsert ? "upsert" : "append", "--concurrency", $"{concurrency}", "--chunk-size", $"{chunkSize}"];

    /// <summary>Starts a load of the file.</summary>
    public IngestProcess Load(int concurrency, params string[] more) => Start([.. Arguments(concurrency, 1000), .. more]);

    /// <summary>Starts a load of all files in the folder.</summary>
    public IngestProcess LoadFolder(int concurrency, int chunkSize) => Start(Arguments(System.IO.Path.Combine(Folder, "*.csv"), concurrency, chunkSize));

    private IngestProcess Start(string[] arguments) =>
        IngestProcess.Load(new UriBuilder(Database.Dsn) { Host = "127.0.0.1", Port = proxy.Port }.Uri.OriginalString, arguments);

    /// <summary>Waits until so many records are committed, or the load has ended.</summary>
    public async Task ReachAsync(IngestProcess load, long records)
    {
        // One connection for all questions: a new one costs the server more than the question.
        await using var connection = await Database.OpenAsync();
        while (load.IsRunning && await CommittedAsync(connection) < records) await Task.WhenAny(load.Ended, Task.Delay(Polling));
    }

    /// <summary>The records whose fate is committed.</summary>
    public async Task<long> CommittedAsync()
    {
        await using var connection = await Database.OpenAsync();
        return await CommittedAsync(connection);
    }

    /// <summary>The status of the newest load.</summary>
    public Task<string> StatusAsync() => Database.ScalarAsync<string>("SELECT status FROM ingest.manifest ORDER BY id DESC LIMIT 1");

    /// <summary>Compares the table, the rejects and the manifest with what the file must lead to.</summary>
    public async Task<Verification> VerifyAsync(bool hasCrashed)
    {
        var numbers = (await Database.RowsAsync(SceneSql.Verify))[0].Split('|').Select(long.Parse).ToArray();
        var problems = new List<string>();
        if (numbers[4] > 0) problems.Add($"{numbers[4]} rows that should not be there");
        if (numbers[8] != Touches) problems.Add($"{numbers[8]} changes of another writer are there, not {Touches}");
        if (numbers[9] != Marks) problems.Add($"{numbers[9]} rows of the other loader are there, not {Marks}");
        var rejects = Shape.Rejects;
        if (numbers[5] != rejects || numbers[6] != rejects) problems.Add($"{numbers[5]} rejects of {numbers[6]} records, not {rejects}");
        var manifest = await Database.RowsAsync(SceneSql.Manifest);
        string[] expected = [$"{Records}|{numbers[7]}|{rejects}|true|{Shape.Files}"];
        if (!manifest.SequenceEqual(expected)) problems.Add($"the manifest says {string.Join(" and ", manifest)}, not {expected[0]}");
        if (await Database.ScalarAsync<long>(SceneSql.CanariesInManifest) + await Database.RevealingRowsAsync() is > 0 and var canaries) problems.Add($"{canaries} manifest rows hold a cell or the password");
        problems.AddRange(await LeftoversAsync(hasCrashed));
        return new(numbers[0], numbers[1], numbers[2], numbers[3], problems);
    }

    /// <summary>Every record is there once, or superseded by the later one of its key; the counts say so, and nothing is left behind.</summary>
    public async Task AssertLoadedAsync(bool hasCrashed = false)
    {
        var verification = await VerifyAsync(hasCrashed);
        Assert.True(verification.IsRight, verification.ToString());
    }

    /// <summary>No session, advisory lock or temporary table is there; backends of killed clients get a moment to notice.</summary>
    public async Task AssertNothingIsLeftAsync(bool hasCrashed = false) => Assert.Empty(await LeftoversAsync(hasCrashed));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        await proxy.DisposeAsync();
        await Database.DisposeAsync();
    }

    private static async Task<long> CommittedAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT coalesce(sum(rows_read), 0)::bigint FROM ingest.watermarks", connection);
        try
        {
            return (long)(await command.ExecuteScalarAsync())!;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }

    private async Task<IReadOnlyList<string>> LeftoversAsync(bool hasCrashed)
    {
        var deadline = DateTime.UtcNow.AddSeconds(20);
        IReadOnlyList<string> found;
        while ((found = await Database.RowsAsync(SceneSql.Leftovers(hasCrashed))).Count > 0 && DateTime.UtcNow < deadline) await Task.Delay(50);
        return found;
    }
}

/// <summary>What a scene's file and table are like.</summary>
/// <param name="Records">The records of the file.</param>
/// <param name="IsUpsert">Whether the table has a key; else records are appended.</param>
/// <param name="HasRows">Whether a keyed table has every third key of the file already.</param>
/// <param name="HasRejects">Whether some records are refused by the loader, and some by the server.</param>
/// <param name="Files">The small files that the records are spread over, or 1.</param>
internal sealed record SceneShape(int Records, bool IsUpsert, bool HasRows, bool HasRejects, int Files = 1)
{
    /// <summary>The first record that may break a constraint: until one does, the batches of a load grow.</summary>
    public int RefusedFrom { get; init; }

    /// <summary>Texts end in fewer letters than this.</summary>
    public int Width { get; init; } = 50;

    /// <summary>Whether the file is of some 20 MB.</summary>
    public bool IsLarge => (long)Records * Width > 20_000_000;

    /// <summary>The keys of the file: some occur twice, far apart.</summary>
    public int Keys => Records * 9 / 10;

    /// <summary>The keys that are there before.</summary>
    public int KeysBefore => IsUpsert && HasRows ? (Keys + 2) / 3 : 0;

    /// <summary>The records that are refused.</summary>
    public int Rejects => Enumerable.Range(0, Records).Count(i => IsBadHere(i) || IsBadThere(i));

    /// <summary>One record in so many does not convert.</summary>
    public int BadHere => (Records / 20) + 9;

    /// <summary>One record in so many breaks a constraint.</summary>
    public int BadThere => (Records / 10) + 3;

    /// <summary>Whether a record does not convert.</summary>
    public bool IsBadHere(int record) => HasRejects && record % BadHere == 500;

    /// <summary>Whether a record breaks a constraint.</summary>
    public bool IsBadThere(int record) => HasRejects && record >= RefusedFrom && record % BadThere == 700;
}

/// <summary>What was found.</summary>
/// <param name="Expected">The rows that the table must have.</param>
/// <param name="Found">The rows that it has.</param>
/// <param name="Lost">The expected rows that are not there.</param>
/// <param name="Doubled">The records that were applied more than once.</param>
/// <param name="Problems">What else is wrong.</param>
internal sealed record Verification(long Expected, long Found, long Lost, long Doubled, IReadOnlyList<string> Problems)
{
    /// <summary>Whether all is as it must be.</summary>
    public bool IsRight => Expected == Found && Lost == 0 && Doubled == 0 && Problems.Count == 0;

    /// <inheritdoc/>
    public override string ToString() =>
        $"{Expected} rows expected, {Found} found, {Lost} lost, {Doubled} doubled{string.Concat(Problems.Select(p => "; " + p))}";
}
