using Npgsql;

namespace Ingest.Postgres;

/// <summary>Short forms for single statements with positional parameters.</summary>
internal static class CommandExtensions
{
    /// <summary>From so many statements on, preparing them is worth its round trip.</summary>
    private const int Many = 4;

    /// <summary>Adds parameters in order; null becomes a NULL of unknown type.</summary>
    public static void AddValues(this NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        foreach (var value in values)
            parameters.Add(value as NpgsqlParameter ?? new NpgsqlParameter { Value = value ?? DBNull.Value });
    }

    /// <summary>Gives the parameters of a command that is used again their next values, of the same types as before.</summary>
    public static void SetValues(this NpgsqlParameterCollection parameters, ReadOnlySpan<object?> values)
    {
        if (parameters.Count == 0) parameters.AddValues(values);
        else
            for (var i = 0; i < values.Length; i++) parameters[i].Value = values[i] ?? DBNull.Value;
    }

    /// <summary>Runs statements that return nothing; gives the number of rows touched.</summary>
    public static async Task<int> ExecuteAsync(
        this NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Runs a query for one value.</summary>
    public static async Task<T?> ScalarAsync<T>(
        this NpgsqlConnection connection, string sql, object?[] values, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        var result = await command.ExecuteScalarAsync(cancellationToken);
        return result is null or DBNull ? default : (T)result;
    }

    /// <summary>Runs a query and reads every row.</summary>
    public static async Task<List<T>> QueryAsync<T>(
        this NpgsqlConnection connection, string sql, object?[] values, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddValues(values);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    /// <summary>
    /// Runs statements in one round trip and one transaction, and reads every row of each that returns rows. Many are
    /// prepared: they are alike, and planning each takes the server longer than running it.
    /// </summary>
    public static async Task<List<List<T>>> QueryAllAsync<T>(
        this NpgsqlConnection connection, IEnumerable<(string Sql, object?[] Values)> statements, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var batch = await BatchAsync(connection, statements, cancellationToken);
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        var results = new List<List<T>>();
        do
        {
            if (reader.FieldCount == 0) continue;
            var rows = new List<T>();
            while (await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
            results.Add(rows);
        }
        while (await reader.NextResultAsync(cancellationToken));
        return results;
    }

    /// <summary>Runs statements that return nothing in one round trip and one transaction; gives the rows that each has touched.</summary>
    public static async Task<int[]> ExecuteAllAsync(
        this NpgsqlConnection connection, IEnumerable<(string Sql, object?[] Values)> statements, CancellationToken cancellationToken)
    {
        await using var batch = await BatchAsync(connection, statements, cancellationToken);
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return [.. batch.BatchCommands.Cast<NpgsqlBatchCommand>().Select(c => c.RecordsAffected)];
    }

    private static async Task<NpgsqlBatch> BatchAsync(
        NpgsqlConnection connection, IEnumerable<(string Sql, object?[] Values)> statements, CancellationToken cancellationToken)
    {
        var batch = new NpgsqlBatch(connection);
        foreach (var (sql, values) in statements)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddValues(values);
            batch.BatchCommands.Add(command);
        }
        // They are alike.
        if (batch.BatchCommands.Count >= Many) await batch.PrepareAsync(cancellationToken);
        return batch;
    }

}
