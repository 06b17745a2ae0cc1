using System.IO.Compression;
using Ingest.Sandbox;
using Npgsql;

namespace Ingest.Benchmarks.Race;

/// <summary>The sandbox that the race is held in, and our own session with it.</summary>
internal sealed class RaceServer : IAsyncDisposable
{
    private const string Database = "ingest_bench";

    /// <summary>How much write-ahead log the server keeps and uses again if nothing else is asked for.</summary>
    private const int WalGigabytes = 4;

    /// <summary>Segments of 16 MB.</summary>
    private const int SegmentsOfGigabyte = 64;

    private readonly PostgresSandbox sandbox;
    private readonly NpgsqlConnection connection;

    private RaceServer(PostgresSandbox sandbox, NpgsqlConnection connection)
    {
        this.sandbox = sandbox;
        this.connection = connection;
    }

    /// <summary>How contenders reach the server: libpq's variables, and our own command's.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["PGHOST"] = sandbox.Host,
        ["PGPORT"] = sandbox.Port.ToString(),
        ["PGUSER"] = sandbox.User,
        ["PGPASSWORD"] = sandbox.Password,
        ["PGDATABASE"] = Database,
        ["PGCLIENTENCODING"] = "UTF8",
        ["INGEST_DSN"] = sandbox.DsnFor(Database),
    };

    /// <summary>The address without the password.</summary>
    public string Uri => $"postgresql://{sandbox.User}@{sandbox.Host}:{sandbox.Port}/{Database}";

    /// <summary>The server for the library's own loader.</summary>
    public NpgsqlConnectionStringBuilder Connection => new(sandbox.ConnectionStringFor(Database));

    /// <summary>Starts a durable server of the size of a small production server, or takes the one of INGEST_TEST_DSN.</summary>
    /// <param name="walGigabytes">How much log it keeps, and no more; null for 4 GB, and as much more as its preset allows.</param>
    /// <param name="smallPages">Keeps its memory in small pages where huge ones are to be had too.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<RaceServer> StartAsync(int? walGigabytes, bool smallPages, CancellationToken cancellationToken)
    {
        var kept = walGigabytes ?? WalGigabytes;
        var options = new SandboxOptions { Preset = SandboxPreset.Server, Databases = [Database] };

        // With "on" a server that gets none does not start, so that the report says what was so.
        var hugePages = !smallPages && HugePages.AreReady() ? "on" : "off";
        var settings = new Dictionary<string, string> { ["min_wal_size"] = $"{kept}GB", ["huge_pages"] = hugePages };
        if (walGigabytes is not null) settings["max_wal_size"] = $"{kept}GB";
        PostgresSandbox? sandbox = null;
        try
        {
            sandbox = await PostgresSandbox.StartAsync(options with { Settings = settings }, cancellationToken);
            var address = new NpgsqlConnectionStringBuilder(sandbox.ConnectionStringFor(Database)) { CommandTimeout = 0, Pooling = false };
            var connection = new NpgsqlConnection(address.ConnectionString);
            await connection.OpenAsync(cancellationToken);
            var server = new RaceServer(sandbox, connection);
            await server.FillLogAsync(kept * SegmentsOfGigabyte, cancellationToken);
            return server;
        }
        catch
        {
            if (sandbox is not null) await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Makes WAL segments that are used again from then on, as on a server that has run for a while: a new one is filled
    /// with zeros first, which whoever comes first would pay for.
    /// </summary>
    private async Task FillLogAsync(int segments, CancellationToken cancellationToken)
    {
        for (var i = 0; i < segments; i++) await ExecuteAsync(["SELECT pg_logical_emit_message(false, 'race', 'segment')", "SELECT pg_switch_wal()"], cancellationToken);
        await ExecuteAsync(["CHECKPOINT"], cancellationToken);
    }

    /// <summary>Runs statements, each in a transaction of its own, as VACUUM wants it.</summary>
    public async Task ExecuteAsync(IEnumerable<string> statements, CancellationToken cancellationToken)
    {
        foreach (var statement in statements)
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    /// <summary>The first field of the first row, as text.</summary>
    public async Task<string> AskAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync(cancellationToken))?.ToString() ?? "";
    }

    /// <summary>What a table holds: the number of rows, and the sum of their hashes, which no order of rows changes.</summary>
    public Task<string> DigestAsync(string table, CancellationToken cancellationToken) =>
        AskAsync($"SELECT count(*) || ' rows, hash ' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM {table} t", cancellationToken);

    /// <summary>Copies CSV files with header into a table; no contender takes part.</summary>
    public async Task FillAsync(string table, IEnumerable<string> files, CancellationToken cancellationToken)
    {
        var buffer = new char[1 << 16];
        foreach (var path in files)
        {
            await using var file = File.OpenRead(path);
            await using var bytes = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
            using var reader = new StreamReader(bytes);
            await using var copy = await connection.BeginTextImportAsync($"COPY {table} FROM STDIN (FORMAT csv, HEADER)", cancellationToken);
            int read;
            while ((read = await reader.ReadAsync(buffer, cancellationToken)) > 0) await copy.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        }
    }

    /// <summary>Writes what a query returns to a file in COPY's binary format.</summary>
    public async Task ExportAsync(string query, string path, CancellationToken cancellationToken)
    {
        await using var file = File.Create(path);
        await using var copy = await connection.BeginRawBinaryCopyAsync($"COPY ({query}) TO STDOUT (FORMAT binary)", cancellationToken);
        await copy.CopyToAsync(file, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await sandbox.DisposeAsync();
    }
}
