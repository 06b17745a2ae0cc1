using System.Globalization;
using Npgsql;

namespace Ingest.Testing;

/// <summary>A test's own database or schema, dropped when disposed.</summary>
public sealed class TestDatabase(string connectionString, string dsn, Func<Task> drop) : IAsyncDisposable
{
    private const int LeastSecret = 16;

    private readonly string? _searchPath;
    private readonly TestDatabase? _whole;
    private NpgsqlDataSource? _source;

    private TestDatabase(TestDatabase whole, string connectionString, string searchPath)
        : this(connectionString, whole.Dsn, () => Task.CompletedTask) => (_whole, _searchPath) = (whole, searchPath);

    private string Password => new NpgsqlConnectionStringBuilder(connectionString).Password ?? "";

    /// <summary>Npgsql's keyword form.</summary>
    public string ConnectionString => connectionString;

    /// <summary>The <c>postgresql://</c> URI, for <c>--dsn</c> and psql.</summary>
    public string Dsn => dsn;

    /// <summary>Whether a text holds the server's password. One of a private server is random, so that nothing else is like it; a short one could be.</summary>
    public bool IsRevealedBy(string text) => Password.Length >= LeastSecret && text.Contains(Password, StringComparison.Ordinal);

    /// <summary>How many rows of a manifest hold the server's password.</summary>
    public async Task<long> RevealingRowsAsync(string schema = "ingest")
    {
        if (Password.Length < LeastSecret || !await ScalarAsync<bool>($"SELECT to_regclass('{schema}.manifest') IS NOT NULL")) return 0;
        var all = string.Join(" UNION ALL ", ((string[])["runs", "manifest", "watermarks", "rejects"]).Select(table => $"SELECT r::text AS row FROM {schema}.{table} r"));
        return await ScalarAsync<long>($"SELECT count(*) FROM ({all}) rows WHERE position('{Password.Replace("'", "''", StringComparison.Ordinal)}' IN row) > 0");
    }

    /// <summary>Opens a connection; the caller disposes it. It does not know the types that a test creates: cast them to text in SQL.</summary>
    public async Task<NpgsqlConnection> OpenAsync()
    {
        if (_whole is null) return await (_source ??= Source()).OpenConnectionAsync();
        var connection = await _whole.OpenAsync();
        await using var search = new NpgsqlCommand($"SET search_path = {_searchPath}", connection);
        await search.ExecuteNonQueryAsync();
        return connection;
    }

    /// <summary>This database with a schema of it first on the search path. It shares the connections: a session takes longer than most tests' own questions.</summary>
    public TestDatabase WithSchema(string schema)
    {
        var searchPath = schema + ",public";
        return new(this, new NpgsqlConnectionStringBuilder(connectionString) { SearchPath = searchPath }.ConnectionString, searchPath);
    }

    /// <summary>Runs one or more statements and returns the number of rows they changed.</summary>
    public async Task<int> ExecuteAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>The first field of the first row.</summary>
    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>The rows of a query, each as its fields joined by <c>|</c> with NULL as <c>∅</c>; cast to text in SQL what must be exact.</summary>
    public async Task<IReadOnlyList<string>> RowsAsync(string sql)
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
        {
            var fields = Enumerable.Range(0, reader.FieldCount)
                .Select(i => reader.IsDBNull(i) ? "∅" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture));
            rows.Add(string.Join('|', fields));
        }

        return rows;
    }

    /// <summary>Closes this object's connections and drops the database or schema.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_source is not null) await _source.DisposeAsync();
        await using (var pooled = new NpgsqlConnection(connectionString)) NpgsqlConnection.ClearPool(pooled);
        await drop();
    }

    /// <summary>Without the types of each new database, whose loading takes longer than most tests' own questions.</summary>
    private NpgsqlDataSource Source()
    {
        var builder = new NpgsqlDataSourceBuilder(connectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }
}
