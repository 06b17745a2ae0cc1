using System.Buffers.Binary;
using System.Text;
using Ingest.Convert;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Convert;

/// <summary>
/// Gives the same texts to our encoder (into a raw binary COPY) and to the type's own input function on the server, and
/// compares what each makes of them, byte by byte as the type's send function writes it.
/// </summary>
internal sealed class ServerOracle(TestDatabase database)
{
    // The signature, then flags and extension length, both 0.
    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, .. new byte[9]];

    private sealed record Outcome(int Id, string Text, string? ServerState, string? ServerValue, string? OurValue, bool IsSame);

    /// <summary>Fails with the first texts on which the two differ.</summary>
    /// <param name="sqlType">The column's type as SQL writes it.</param>
    /// <param name="texts">The field texts.</param>
    /// <param name="unread">Which texts the server reads and we, by decision, do not.</param>
    /// <param name="otherState">For which texts both fail, with different SQLSTATEs.</param>
    public async Task CompareAsync(string sqlType, string[] texts, Func<string, bool>? unread = null, Func<string, bool>? otherState = null)
    {
        var differences = await DifferencesAsync(
            sqlType, texts, (encoder, _, id, row) => encoder.Encode(Encoding.UTF8.GetBytes(texts[id]), row), unread, otherState);
        Assert.True(differences.Count == 0, $"{differences.Count} of {texts.Length} differ:\n" + string.Join('\n', differences.Take(25)));
    }

    /// <summary>Writes the value whose text is number <paramref name="id"/>.</summary>
    /// <param name="encoder">The column's encoder of text.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="id">The number of the text.</param>
    /// <param name="row">Where the field goes.</param>
    public delegate ConversionFailure Write(FieldEncoder encoder, PgType type, int id, RowBuffer row);

    /// <summary>The texts on which the server and a writer of the same values differ.</summary>
    public async Task<List<string>> DifferencesAsync(
        string sqlType, string[] texts, Write write, Func<string, bool>? unread = null, Func<string, bool>? otherState = null)
    {
        await using var connection = await database.OpenAsync();
        await ExecuteAsync(connection, "SET TimeZone TO 'UTC'");
        var type = await ReadTypeAsync(connection, sqlType);
        var encoder = EncoderCatalog.Find(type, new ConvertOptions { ServerMajor = connection.PostgreSqlVersion.Major });
        Assert.NotNull(encoder);
        await AskServerAsync(connection, type, sqlType, texts);
        var accepted = encoder.ServerValidates ? await AcceptedAsync(connection) : null;
        var failures = await CopyAsync(connection, texts.Length, (id, row) => write(encoder, type, id, row), accepted);
        var differences = new List<string>();
        await foreach (var outcome in OutcomesAsync(connection, type))
        {
            var failure = failures[outcome.Id];
            var ours = failure == ConversionFailure.None ? null : ConvertMessages.SqlState(failure);
            var agrees = (ours, outcome.ServerState) switch
            {
                (null, null) => outcome.IsSame,
                (null, _) => encoder.ServerValidates,
                (_, null) => unread?.Invoke(outcome.Text) ?? false,
                var (o, s) => o == s || (otherState?.Invoke(outcome.Text) ?? false),
            };
            if (!agrees)
                differences.Add($"'{Shorten(outcome.Text)}'::{sqlType}: server {outcome.ServerState ?? Shorten(outcome.ServerValue)}, ours {ours ?? Shorten(outcome.OurValue)}");
        }

        return differences;
    }

    /// <summary>What the catalog says of a type, as the loader asks it.</summary>
    public static async Task<PgType> ReadTypeAsync(NpgsqlConnection connection, string sqlType)
    {
        await ExecuteAsync(connection, $"DROP TABLE IF EXISTS pg_temp.actual; CREATE TEMP TABLE actual (id int, value {sqlType})");
        await using var command = new NpgsqlCommand(
            """
            SELECT t.oid, n.nspname::text, t.typname::text, t.typtype::text, a.atttypmod, format_type(a.atttypid, a.atttypmod)
            FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid JOIN pg_namespace n ON n.oid = t.typnamespace
            WHERE a.attrelid = 'pg_temp.actual'::regclass AND a.attname = 'value'
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        Assert.True(await reader.ReadAsync());
        return new PgType(reader.GetFieldValue<uint>(0), reader.GetString(1), reader.GetString(2), reader.GetString(3)[0], reader.GetInt32(4), reader.GetString(5));
    }

    private static async Task AskServerAsync(NpgsqlConnection connection, PgType type, string sqlType, string[] texts)
    {
        await using var find = new NpgsqlCommand("SELECT p.oid::regproc::text, p.pronargs FROM pg_type t JOIN pg_proc p ON p.oid = t.typinput WHERE t.oid = $1", connection)
        {
            Parameters = { new NpgsqlParameter<uint> { TypedValue = type.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } },
        };
        string call;
        await using (var reader = await find.ExecuteReaderAsync())
        {
            Assert.True(await reader.ReadAsync());
            string[] arguments = ["v::cstring", type.Kind == 'e' ? $"{type.Oid}::oid" : "0::oid", $"{type.Modifier}"];
            call = $"{reader.GetString(0)}({string.Join(", ", arguments.Take(reader.GetInt16(1)))})";
        }

        await ExecuteAsync(
            connection,
            $"""
            DROP TABLE IF EXISTS pg_temp.input, pg_temp.expected;
            DROP FUNCTION IF EXISTS pg_temp.read_value;
            CREATE TEMP TABLE input (id int, v text);
            CREATE TEMP TABLE expected (id int, value {sqlType}, state text);
            CREATE FUNCTION pg_temp.read_value(v text, OUT value {sqlType}, OUT state text) LANGUAGE plpgsql AS $$
            BEGIN value := {call}; EXCEPTION WHEN OTHERS THEN state := SQLSTATE; END $$;
            """);
        await using (var writer = await connection.BeginBinaryImportAsync("COPY pg_temp.input FROM STDIN (FORMAT binary)"))
        {
            for (var id = 0; id < texts.Length; id++) await writer.WriteRowAsync(default, id, texts[id]);
            await writer.CompleteAsync();
        }

        await ExecuteAsync(connection, "INSERT INTO pg_temp.expected SELECT i.id, r.value, r.state FROM pg_temp.input i, LATERAL pg_temp.read_value(i.v) r");
    }

    private static async Task<HashSet<int>> AcceptedAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("SELECT id FROM pg_temp.expected WHERE state IS NULL", connection);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new HashSet<int>();
        while (await reader.ReadAsync()) ids.Add(reader.GetInt32(0));
        return ids;
    }

    private static async Task<ConversionFailure[]> CopyAsync(
        NpgsqlConnection connection, int count, Func<int, RowBuffer, ConversionFailure> write, HashSet<int>? accepted)
    {
        var failures = new ConversionFailure[count];
        using var row = new RowBuffer(1 << 16);
        await using var copy = await connection.BeginRawBinaryCopyAsync("COPY pg_temp.actual FROM STDIN (FORMAT binary)");
        await copy.WriteAsync(Header);
        var columns = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(columns, 2);
        for (var id = 0; id < count; id++)
        {
            row.Length = 0;
            row.WriteInt32(id);
            failures[id] = write(id, row);
            if (failures[id] != ConversionFailure.None || accepted?.Contains(id) == false) continue;
            await copy.WriteAsync(columns);
            await copy.WriteAsync(row.Written.ToArray());
        }

        await copy.WriteAsync(new byte[] { 0xFF, 0xFF });
        return failures;
    }

    private static async IAsyncEnumerable<Outcome> OutcomesAsync(NpgsqlConnection connection, PgType type)
    {
        await using var find = new NpgsqlCommand("SELECT typsend::text FROM pg_type WHERE oid = $1", connection)
        {
            Parameters = { new NpgsqlParameter<uint> { TypedValue = type.Oid, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Oid } },
        };
        var send = (string)(await find.ExecuteScalarAsync())!;
        await using var command = new NpgsqlCommand(
            $"""
            SELECT e.id, i.v, e.state, e.value::text, a.value::text, {send}(e.value) IS NOT DISTINCT FROM {send}(a.value)
            FROM pg_temp.expected e JOIN pg_temp.input i USING (id) LEFT JOIN pg_temp.actual a USING (id) ORDER BY id
            """,
            connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            yield return new Outcome(reader.GetInt32(0), reader.GetString(1), Text(2), Text(3), Text(4), reader.GetBoolean(5));
        string? Text(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
    }

    private static string Shorten(string? text) =>
        text is null ? "NULL" : text.Length <= 80 ? text : $"{text[..40]}…{text[^20..]} ({text.Length} characters)";

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
