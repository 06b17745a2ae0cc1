using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;
using Ingest.Testing;
using Npgsql;

namespace Ingest.Tests.Formats.Csv;

/// <summary>
/// The same text through the server's own COPY … CSV and through the decoder. Of what COPY reads otherwise by design
/// (a quote inside an unquoted field opens quotes there; \. on a line ends the data) nothing is generated.
/// </summary>
public sealed class CsvDifferentialTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Texts = 150;

    private static readonly byte[] Header = [.. "PGCOPY\n"u8, 0xFF, .. "\r\n"u8, .. new byte[9]];

    private sealed record Case(CsvDialect Dialect, int Columns, string NullText, byte[] Text)
    {
        public string CopyOptions =>
            $"FORMAT csv, DELIMITER {Quoted(Dialect.Delimiter)}, QUOTE {Quoted(Dialect.Quote)}, ESCAPE {Quoted(Dialect.Escape)}, NULL '{NullText}'";

        public override string ToString() => $"{CopyOptions}: {Encoding.UTF8.GetString(Text)}";

        private static string Quoted(byte b) => b == '\t' ? "E'\\t'" : b == '\'' ? "''''" : $"'{(char)b}'";
    }

    private static readonly Gen<Case> Cases =
        from dialect in CsvTexts.Dialects.Where(d => d.Quote != 0)
        from columns in Gen.Choose(1, 4)
        from nullText in Gen.Elements("", "NULL", "x")
        from records in Value(dialect, nullText).ArrayOf(columns).NonEmptyListOf()
        from lineBreak in Gen.Elements(CsvTexts.LineBreakKinds)
        from seed in Gen.Choose(0, int.MaxValue)
        let plain = dialect with { Comment = 0 }
        select new Case(plain, columns, nullText, CsvTexts.Write(records, plain, lineBreak, seed, nullText));

    [SkippableFact]
    public async Task Well_formed_text_has_the_rows_that_COPY_makes_of_it()
    {
        await using var database = await postgres.CreateSchemaAsync();
        await database.ExecuteAsync(string.Concat(Enumerable.Range(1, 4).Select(n =>
        {
            var columns = string.Join(", ", Enumerable.Range(0, n).Select(i => $"c{i} text"));
            return $"CREATE TABLE theirs{n} (n bigserial, {columns}); CREATE TABLE ours{n} (n bigserial, {columns});";
        })));
        await using var connection = await database.OpenAsync();
        foreach (var c in Cases.Sample(Texts, 12))
        {
            var names = string.Join(", ", Enumerable.Range(0, c.Columns).Select(i => $"c{i}"));
            await CopyTheirsAsync(connection, $"COPY theirs{c.Columns} ({names}) FROM STDIN ({c.CopyOptions})", c);
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"COPY ours{c.Columns} ({names}) FROM STDIN (FORMAT binary)"))
                await copy.WriteAsync(Decode(c));
            var rows = $"array_agg(ARRAY[{names}] ORDER BY n)";
            await using var compare = new NpgsqlCommand(
                $"SELECT (SELECT {rows} FROM theirs{c.Columns}) IS NOT DISTINCT FROM (SELECT {rows} FROM ours{c.Columns})", connection);
            Assert.True((bool)(await compare.ExecuteScalarAsync())!, $"not the same rows, {c}");
            await using var clear = new NpgsqlCommand($"TRUNCATE theirs{c.Columns}, ours{c.Columns}", connection);
            await clear.ExecuteNonQueryAsync();
        }
    }

    /// <summary>NULL, the empty string, the NULL text as a value, and values with the dialect's own characters.</summary>
    private static Gen<string?> Value(CsvDialect dialect, string nullText) => Gen.Frequency<string?>(
        (1, Gen.Constant<string?>(null)),
        (1, Gen.Elements<string?>("", nullText)),
        (4, CsvTexts.Values(dialect).Select(v => (string?)v)));

    private static byte[] Decode(Case c)
    {
        var copy = new List<byte>(Header);
        using var decoder = DecodedRows.Decoder(c.Dialect, DecodedRows.TextColumns(c.Columns), nullText: c.NullText);
        DecodedRows.Decode(decoder, c.Text, decoded =>
        {
            var segment = Assert.Single(decoded.Segments);
            Assert.True(segment.Rejects.Count == 0, $"{string.Join("; ", segment.Rejects.Select(r => r.Message))}, {c}");
            foreach (var bytes in segment.BytesOf(0, segment.Count)) copy.AddRange(bytes.Span);
        });
        return [.. copy, 0xFF, 0xFF];
    }

    private static async Task CopyTheirsAsync(NpgsqlConnection connection, string sql, Case c)
    {
        try
        {
            await using var copy = await connection.BeginTextImportAsync(sql);
            await copy.WriteAsync(Encoding.UTF8.GetString(c.Text));
        }
        catch (PostgresException e)
        {
            Assert.Fail($"{e.MessageText}, {c}");
        }
    }
}
