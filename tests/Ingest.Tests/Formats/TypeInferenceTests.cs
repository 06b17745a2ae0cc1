using System.Globalization;
using System.Text;
using Ingest.Convert;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats;

public sealed class TypeInferenceTests
{
    [Theory]
    [InlineData("integer", "0", "1", "-5", "100000000")]
    [InlineData("integer", "0", "1")] // not boolean
    [InlineData("bigint", "1", "100000001")] // little headroom below 2^31
    [InlineData("bigint", "9223372036854775807", "-9223372036854775808")]
    [InlineData("numeric", "9223372036854775808")]
    [InlineData("numeric", "1", "2.50")]
    [InlineData("numeric", ".5", "-0.25")]
    [InlineData("numeric", "1.5", "NaN")]
    [InlineData("numeric", "-0")]
    [InlineData("double precision", "1.5e10", "2")]
    [InlineData("numeric", "1e5", "1.2345678901234567890")] // more digits than a double keeps
    [InlineData("double precision", "0.30000000000000004", "1e0", "0", "1.7976931348623157e308", "2.5e-320")] // as programs write doubles
    [InlineData("numeric", "12345678901234567", "1e0")] // a double's nearest is …568
    [InlineData("numeric", "9007199254740993", "1e5")]
    [InlineData("numeric", "1e999", "-0", "2.5")] // beyond a double's range
    [InlineData("numeric", "1e-400")]
    [InlineData("text", "007", "1")]
    [InlineData("text", "01067", "20095")] // postal codes
    [InlineData("text", "00")]
    [InlineData("text", "1", "x")]
    [InlineData("text", "+1")]
    [InlineData("text", "1,000")]
    [InlineData("text", "5.")]
    [InlineData("text", ".")]
    [InlineData("text", "-")]
    [InlineData("text", " 1")]
    [InlineData("text", "1e")]
    [InlineData("text", "0x1F")]
    [InlineData("text", "NaN")]
    [InlineData("text", "")]
    [InlineData("boolean", "true", "FALSE")]
    [InlineData("boolean", "true")]
    [InlineData("boolean", "t", "f")]
    [InlineData("boolean", "Yes", "no")]
    [InlineData("boolean", "on", "off")]
    [InlineData("text", "NO")] // Norway
    [InlineData("text", "t", "false")]
    [InlineData("text", "yes", "n")]
    [InlineData("text", "true", "1")]
    [InlineData("date", "2024-02-29", "0001-01-01")]
    [InlineData("text", "2023-02-29")]
    [InlineData("text", "0000-01-01")]
    [InlineData("text", "2024-2-9")]
    [InlineData("text", "01/02/2024")]
    [InlineData("timestamp", "2024-02-29 23:59:59", "2024-02-29T00:00", "2024-01-01 00:00:00.123456")]
    [InlineData("timestamptz", "2024-02-29 23:59:59+02", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.1-03:30")]
    [InlineData("text", "2024-02-29 23:59:59", "2024-02-29 23:59:59Z")]
    [InlineData("text", "2024-02-29", "2024-02-29 23:59:59")]
    [InlineData("text", "2024-01-01 00:00:00.1234567")] // finer than microseconds
    [InlineData("timestamp", "2024-01-01 00:00:00.123456000")]
    [InlineData("text", "2024-01-01 24:00:00")]
    [InlineData("text", "2024-01-01 10:00+16")]
    [InlineData("uuid", "123e4567-e89b-12d3-a456-426614174000", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11")]
    [InlineData("text", "123e4567-e89b-12d3-a456-42661417400")]
    [InlineData("jsonb", "{\"a\": [1, null]}", "[]")]
    [InlineData("text", "{\"a\": 1")]
    [InlineData("text", "{a}")]
    [InlineData("text", "[] []")]
    [InlineData("text", "{\"a\": \"\\u0000\"}")]
    public void The_narrowest_type_that_holds_all_values_unchanged_is_inferred(string expected, params string[] values)
    {
        Assert.Equal(expected, Infer(new(), values).SqlType);
        // NULLs do not change the type, and the order of values neither.
        Assert.Equal(expected, Infer(new(), [null, .. values.Reverse(), null]).SqlType);
    }

    [Theory]
    [InlineData("numeric", "1.234,56", "0,5", "1.234.567")]
    [InlineData("integer", "12", "-7")]
    [InlineData("numeric", "1.234")]
    [InlineData("text", "1.23")]
    [InlineData("text", "1.234.5")]
    [InlineData("text", "0.123")]
    [InlineData("text", "1,5", "1.5")]
    public void A_decimal_comma_is_honoured(string expected, params string[] values) =>
        Assert.Equal(expected, Infer(new() { DecimalComma = true }, values).SqlType);

    [Theory]
    [InlineData("dd.MM.yyyy", "date", "31.12.2024")]
    [InlineData("dd.MM.yyyy HH:mm", "timestamp", "31.12.2024 23:59")]
    [InlineData("dd.MM.yyyy HH:mm zzz", "timestamptz", "31.12.2024 23:59 +02:00")]
    [InlineData("dd.MM.yyyy", "text", "12.31.2024")]
    [InlineData("yyyyMMdd", "date", "20241231")]
    [InlineData("dd-MMM-yy", "date", "31-DEC-69")]
    public void A_date_format_is_honoured(string format, string expected, string value) =>
        Assert.Equal(expected, Infer(new() { DateFormats = [format] }, value).SqlType);

    [Theory]
    [InlineData("31.12.2024", "dd.MM.yyyy|d.M.yyyy")]
    [InlineData("31.12.2024 1.2.2025", "d.M.yyyy")]
    [InlineData("01/02/2024", "dd/MM/yyyy|d/M/yyyy|MM/dd/yyyy|M/d/yyyy")]
    [InlineData("01/02/2024 12/31/2024", "MM/dd/yyyy|M/d/yyyy")]
    [InlineData("31-DEC-24 01-jan-25", "dd-MMM-yy")]
    [InlineData("2024/12/31", "yyyy/MM/dd")]
    [InlineData("31.12.2024T10:00", "")]
    [InlineData("31.02.2024", "")]
    [InlineData("31.12.24", "")]
    [InlineData("31.12.2024 n/a", "")]
    [InlineData("2024-12-31", "")]
    public void The_usual_forms_of_dates_are_told_of_a_column_of_texts(string values, string expected) =>
        Assert.Equal(expected, string.Join('|', Infer(new(), values.Split(' ')).DateFormats.Select(format => format.Text)));

    [Fact]
    public void Of_a_column_without_values_or_with_a_format_that_was_named_no_form_is_told()
    {
        Assert.Empty(Infer(new(), null, null).DateFormats);
        Assert.Empty(Infer(new() { DateFormats = ["d.M.yyyy"] }, "12/31/2024").DateFormats);
    }

    [Fact]
    public void A_column_without_values_is_text_and_counts_are_kept()
    {
        var inference = new TypeInference(2, new());
        for (var i = 0; i < 3; i++)
        {
            inference.Observe(0, default, isNull: true);
            inference.Observe(1, "5"u8, isNull: false);
            inference.Observe(2, "beyond"u8, isNull: false);
            inference.EndRecord();
        }
        Assert.Equal(3, inference.Sampled);
        Assert.Equal([new("text", true, 3, 3), new("integer", false, 3, 0)], inference.Infer());
    }

    [Fact]
    public void What_programs_print_of_a_type_is_inferred_as_that_type()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            var ticks = random.NextInt64(DateTime.MinValue.Ticks, DateTime.MaxValue.Ticks) / 10 * 10;
            var time = new DateTime(ticks);
            Assert.Equal("date", One(time.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)));
            Assert.Equal("timestamp", One(time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)));
            Assert.Equal("timestamptz", One(time.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + "+05:30"));
            Assert.Equal("uuid", One(new Guid(Enumerable.Range(0, 16).Select(_ => (byte)random.Next(256)).ToArray()).ToString()));
            Assert.Contains(One(random.NextInt64(long.MinValue, long.MaxValue).ToString(CultureInfo.InvariantCulture)), (string[])["bigint", "integer"]);
            Assert.Equal("numeric", One((random.Next(1, 1_000_000) + 0.25m).ToString(CultureInfo.InvariantCulture)));
            var number = BitConverter.Int64BitsToDouble(random.NextInt64() & 0x7FDF_FFFF_FFFF_FFFF).ToString("R", CultureInfo.InvariantCulture);
            Assert.Equal(number.Contains('E') ? "double precision" : number.Contains('.') ? "numeric" : "bigint", One(number));
        }

        static string One(string value) => Infer(new(), value).SqlType;
    }

    private static InferredColumn Infer(ConvertOptions options, params string?[] values)
    {
        var inference = new TypeInference(1, options);
        foreach (var value in values)
        {
            inference.Observe(0, Encoding.UTF8.GetBytes(value ?? ""), value is null);
            inference.EndRecord();
        }
        return inference.Infer()[0];
    }
}
