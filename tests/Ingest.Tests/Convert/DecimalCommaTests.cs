using System.Globalization;
using FsCheck.Fluent;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>Numbers with a decimal comma become the numbers that a decimal point would have written.</summary>
public sealed class DecimalCommaTests
{
    private static readonly ConvertOptions Comma = new() { DecimalComma = true };

    [Theory]
    [InlineData(".")]
    [InlineData(" ")]
    [InlineData("\u00A0")]
    [InlineData("\u202F")]
    [InlineData("")]
    public void Grouped_numbers_mean_the_same_as_plain_ones(string separator)
    {
        var local = new NumberFormatInfo { NumberDecimalSeparator = ",", NumberGroupSeparator = separator };
        var numbers = from units in Gen.Choose(int.MinValue, int.MaxValue)
                      from thousands in Gen.Choose(0, 2_000_000)
                      from decimals in Gen.Choose(0, 9)
                      select (Value: units * (decimal)thousands / 1000m, decimals);
        FieldEncoder[] encoders = [Encoded.For(TypeOids.Numeric), Encoded.For(TypeOids.Float8)];
        FieldEncoder[] commas = [Encoded.For(TypeOids.Numeric, options: Comma), Encoded.For(TypeOids.Float8, options: Comma)];
        foreach (var (value, decimals) in numbers.Sample(1000, 50))
        {
            var plain = value.ToString("F" + decimals, CultureInfo.InvariantCulture);
            var written = value.ToString("N" + decimals, local);
            for (var e = 0; e < encoders.Length; e++)
                Assert.Equal(Encoded.Payload(encoders[e], plain), Encoded.Payload(commas[e], written));
        }
    }

    [Theory]
    [InlineData("1.5")]
    [InlineData("1.2345")]
    [InlineData("12.34,5")]
    [InlineData("1.234 567,8")]
    [InlineData("1234.567")]
    [InlineData(".123")]
    [InlineData("1..234")]
    [InlineData("1,2,3")]
    [InlineData("1,234.5")]
    [InlineData("")]
    [InlineData("-")]
    public void A_point_that_sets_no_thousands_apart_is_refused(string text) =>
        Assert.Equal(ConversionFailure.InvalidSyntax, Encoded.Failure(Encoded.For(TypeOids.Numeric, options: Comma), text));

    [Fact]
    public void Integers_may_be_grouped_and_words_and_exponents_stay()
    {
        Assert.Equal(Encoded.Payload(Encoded.For(TypeOids.Int4), "-1234567"), Encoded.Payload(Encoded.For(TypeOids.Int4, options: Comma), " -1.234.567 "));
        Assert.Equal(Encoded.Payload(Encoded.For(TypeOids.Float8), "1.5e3"), Encoded.Payload(Encoded.For(TypeOids.Float8, options: Comma), "1,5e3"));
        Assert.Equal(Encoded.Payload(Encoded.For(TypeOids.Numeric), "NaN"), Encoded.Payload(Encoded.For(TypeOids.Numeric, options: Comma), "NaN"));
        Assert.Equal(
            Encoded.Payload(Encoded.For(TypeOids.Numeric), new string('7', 600)),
            Encoded.Payload(Encoded.For(TypeOids.Numeric, options: Comma), string.Join('.', Enumerable.Repeat("777", 200))));
    }
}
