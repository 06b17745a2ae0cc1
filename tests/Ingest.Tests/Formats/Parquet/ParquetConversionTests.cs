using System.Text;
using Ingest.Convert;
using Ingest.Formats.Parquet;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Parquet;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;
using Ingest.Postgres;
using Ingest.Testing;
using Ingest.Tests.Convert;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>Every Parquet type into every PostgreSQL type: what the server makes of the value's text, or a reject where it makes nothing.</summary>
public sealed class ParquetConversionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly ConvertOptions Convert = new();

    /// <summary>Pairs in which the value counts and not its text; <see cref="The_value_counts_where_its_text_would_not_fit"/> has them.</summary>
    private static readonly HashSet<(LogicalKind, string)> ByValue =
    [
        (LogicalKind.Decimal, "smallint"), (LogicalKind.Decimal, "integer"), (LogicalKind.Decimal, "bigint"), (LogicalKind.Uuid, "bytea"),
    ];

    [SkippableTheory]
    [InlineData("text")]
    [InlineData("varchar(12)")]
    [InlineData("smallint")]
    [InlineData("integer")]
    [InlineData("bigint")]
    [InlineData("numeric")]
    [InlineData("numeric(12,2)")]
    [InlineData("real")]
    [InlineData("double precision")]
    [InlineData("boolean")]
    [InlineData("date")]
    [InlineData("time")]
    [InlineData("time(2)")]
    [InlineData("timestamp")]
    [InlineData("timestamp(0)")]
    [InlineData("timestamptz")]
    [InlineData("timestamptz(3)")]
    [InlineData("uuid")]
    [InlineData("bytea")]
    [InlineData("json")]
    [InlineData("jsonb")]
    public async Task A_value_becomes_what_the_server_makes_of_its_text(string sqlType)
    {
        Skip.If(postgres.Major < 14 && sqlType == "numeric", "numeric has infinities from PostgreSQL 14 on");
        await using var database = await postgres.CreateDatabaseAsync();
        using var file = ParquetFile.Open(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "types_zstd_v2.parquet"));
        using var group = file.OpenRowGroup(0);
        using var slice = group.ReadSlice()!;
        var differences = new List<string>();
        foreach (var field in file.Schema.Fields)
        {
            var leaf = field.Leaf!;
            // Bytes that are not text have none that the server could be asked about; a FLOAT is not the decimal that prints it.
            if (field.Name == "blob_" || (field.Name == "f32" && sqlType == "double precision") || ByValue.Contains((leaf.LogicalType.Kind, sqlType))) continue;
            if (!ParquetColumnType.Converts(field, await TypeAsync(database, sqlType))) continue;
            FieldWriter? writer = null;
            var found = await new ServerOracle(database).DifferencesAsync(
                sqlType,
                [.. Enumerable.Range(0, slice.RowCount).Select(row => Text(slice[leaf], row))],
                (encoder, type, row, target) => (writer ??= Begin(field, type, encoder, slice)).Write(row, target),
                // Digits alone are a date to the server in more forms than year, month and day.
                unread: _ => leaf.LogicalType.Kind == LogicalKind.Integer && sqlType.StartsWith("date", StringComparison.Ordinal) | sqlType.StartsWith("timestamp", StringComparison.Ordinal),
                otherState: _ => true);
            writer?.Dispose();
            differences.AddRange(found.Select(difference => $"{field.Name}: {difference}"));
        }
        Assert.True(differences.Count == 0, $"{differences.Count} differ:\n" + string.Join('\n', differences.Take(40)));
    }

    [Theory]
    [InlineData("dec4", "smallint", 10, "1")]
    [InlineData("dec4", "smallint", 11, null)]
    [InlineData("dec9", "bigint", 0, "0")]
    [InlineData("dec38", "bigint", 0, "0")]
    [InlineData("dec38", "bigint", 1, null)]
    [InlineData("uuid_", "bytea", 0, "\\xcfcd208495d565ef66e7dff9f98764da")]
    [InlineData("blob_", "bytea", 1, "\\x00ff6231")]
    [InlineData("blob_", "text", 1, null)]
    [InlineData("f32", "double precision", 1, "0.1428571492433548")]
    public async Task The_value_counts_where_its_text_would_not_fit(string column, string sqlType, int row, string? expected)
    {
        await using var database = await postgres.CreateDatabaseAsync();
        using var file = ParquetFile.Open(Repository.PathOf("tests", "Ingest.Parquet.Tests", "data", "types_zstd_v2.parquet"));
        using var group = file.OpenRowGroup(0);
        using var slice = group.ReadSlice()!;
        var field = file.Schema.Fields.Single(f => f.Name == column);
        var failed = false;

        var found = await new ServerOracle(database).DifferencesAsync(sqlType, [expected ?? ""], (encoder, type, _, target) =>
        {
            using var writer = Begin(field, type, encoder, slice);
            failed = writer.Write(row, target) != ConversionFailure.None;
            return failed ? ConversionFailure.OutOfRange : ConversionFailure.None;
        }, otherState: _ => true, unread: _ => expected is null);

        Assert.Empty(found);
        Assert.Equal(expected is null, failed);
    }

    private static async Task<PgType> TypeAsync(TestDatabase database, string sqlType)
    {
        await using var connection = await database.OpenAsync();
        return await ServerOracle.ReadTypeAsync(connection, sqlType);
    }

    private static FieldWriter Begin(ValueShape field, PgType type, FieldEncoder encoder, RowSlice slice)
    {
        var stage = new StageColumn("c", type.SqlName, null, type.SqlName, false, false, true);
        var writer = FieldWriters.Create(field, new(stage, type, encoder, IsNative: true), Convert);
        writer.Begin(slice);
        return writer;
    }

    private static string Text(ColumnVector vector, int row)
    {
        using var text = new RowBuffer(64);
        ScalarText.Append(vector, row, text);
        return Encoding.UTF8.GetString(text.Written);
    }
}
