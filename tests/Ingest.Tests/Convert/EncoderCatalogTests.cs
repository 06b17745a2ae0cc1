using System.Text;
using Ingest.Convert;
using Ingest.Testing;

namespace Ingest.Tests.Convert;

/// <summary>Which types have an encoder, and what it promises.</summary>
public sealed class EncoderCatalogTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("interval")]
    [InlineData("money")]
    [InlineData("xml")]
    [InlineData("\"char\"")]
    [InlineData("int4[]")]
    [InlineData("int4range")]
    [InlineData("bit(3)")]
    [InlineData("point")]
    [InlineData("tsvector")]
    [InlineData("regclass")]
    [InlineData("information_schema.cardinal_number")]
    public async Task Other_types_take_the_text_route(string sqlType)
    {
        await using var database = await postgres.CreateSchemaAsync();
        await using var connection = await database.OpenAsync();
        Assert.Null(EncoderCatalog.Find(await ServerOracle.ReadTypeAsync(connection, sqlType), Encoded.Plain));
    }

    [Fact]
    public void Times_without_an_offset_need_the_session_in_UTC()
    {
        var berlin = new ConvertOptions { TimeZone = "Europe/Berlin" };
        Assert.Null(Encoded.For(TypeOids.TimestampTz, options: berlin));
        Assert.Null(Encoded.For(TypeOids.TimeTz, options: berlin));
        Assert.NotNull(Encoded.For(TypeOids.Timestamp, options: berlin));
    }

    [Theory]
    [InlineData(TypeOids.Json, KeyEquality.Coarser, true)]
    [InlineData(TypeOids.Jsonb, KeyEquality.Coarser, true)]
    [InlineData(TypeOids.Numeric, KeyEquality.Numeric, false)]
    [InlineData(TypeOids.Float4, KeyEquality.Float, false)]
    [InlineData(TypeOids.Bpchar, KeyEquality.Bpchar, false)]
    [InlineData(TypeOids.Text, KeyEquality.Bytes, false)]
    internal void Encoders_say_how_their_keys_compare_and_who_checks_them(uint oid, KeyEquality equality, bool serverValidates)
    {
        var encoder = Encoded.For(oid);
        Assert.Equal(equality, encoder.KeyEquality);
        Assert.Equal(serverValidates, encoder.ServerValidates);
    }

    [Fact]
    public void Citext_is_known_by_its_name_in_any_schema()
    {
        var encoder = EncoderCatalog.Find(new PgType(16_500, "public", "citext", 'b', -1, "citext"), Encoded.Plain);
        Assert.Equal(KeyEquality.Coarser, encoder!.KeyEquality);
    }

    [Fact]
    public void Converting_allocates_nothing()
    {
        (uint Oid, string Text)[] fields =
        [
            (TypeOids.Int8, "-9223372036854775808"), (TypeOids.Numeric, "123456.78"), (TypeOids.Numeric, "-1.23456789012345678901234567890e12"),
            (TypeOids.Float8, "1.7976931348623157e308"), (TypeOids.Date, "2024-02-29"), (TypeOids.Date, "44-3-15 BC"), (TypeOids.Date, "0044-3-15 BC"),
            (TypeOids.TimestampTz, "2024-02-29 12:34:56.1234567+05:30"), (TypeOids.Time, "12:34:56.7"), (TypeOids.Bool, "yes"), (TypeOids.Text, "some text"),
            (TypeOids.Uuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), (TypeOids.Inet, "2001:db8::1/64"), (TypeOids.Bytea, "\\x00ff"),
        ];
        var encoders = fields.Select(field => (Encoder: Encoded.For(field.Oid), Text: Encoding.UTF8.GetBytes(field.Text))).ToArray();
        using var row = new RowBuffer(4096);
        for (var warm = 0; warm < 3; warm++) EncodeAll();
        foreach (var (encoder, text) in encoders)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            encoder.Encode(text, row);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated == 0, $"{encoder.GetType().Name}: {allocated} bytes");
        }

        void EncodeAll()
        {
            row.Length = 0;
            foreach (var (encoder, text) in encoders) encoder.Encode(text, row);
        }
    }

    [Fact]
    public void Every_failure_has_an_SQLSTATE_of_class_22_and_words_without_the_value()
    {
        var type = new PgType(TypeOids.Numeric, "pg_catalog", "numeric", 'b', -1, "numeric(8,2)");
        foreach (var failure in Enum.GetValues<ConversionFailure>().Where(f => f != ConversionFailure.None))
        {
            Assert.Matches("^22[0-9P]{3}$", ConvertMessages.SqlState(failure));
            Assert.DoesNotContain('\n', ConvertMessages.Stem(failure, type));
        }
    }
}
