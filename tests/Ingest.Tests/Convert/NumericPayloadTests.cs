using System.Globalization;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>A scaled integer is written as its text is, or left to the encoder of the text.</summary>
public sealed class NumericPayloadTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(5, 0, 0)]
    [InlineData(12, 0, 0)]
    [InlineData(16, 0, 0)]
    [InlineData(17, 0, 0)]
    [InlineData(2, 12, 2)]
    [InlineData(2, 12, 4)]
    [InlineData(2, 12, 1)]
    [InlineData(0, 38, 0)]
    [InlineData(3, 38, 6)]
    [InlineData(3, 5, -2)]
    public void What_it_writes_is_what_the_text_becomes(int decimals, int precision, int scale)
    {
        var modifier = precision == 0 ? -1 : ((precision << 16) | (scale & 0x7FF)) + 4;
        var payload = new NumericPayload(decimals, modifier);
        var encoder = new NumericEncoder(modifier);
        var random = new Random(decimals + precision);
        var written = 0;
        using var row = new RowBuffer(64);
        for (var round = 0; round < 5000; round++)
        {
            var magnitude = Magnitude(random);
            var isNegative = random.Next(2) == 0;
            row.Length = 0;
            var digits = magnitude.ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
            var text = (isNegative ? "-" : "") + digits[..^decimals] + (decimals > 0 ? "." + digits[^decimals..] : "");
            var isWritten = payload.TryWrite(magnitude, isNegative, row);
            if (magnitude <= ulong.MaxValue) CheckShort(payload, (ulong)magnitude, isNegative, isWritten ? row.Written.ToArray() : null);
            if (!isWritten)
            {
                // Too large for the column, or in need of rounding.
                Assert.True(precision > 0, text);
                continue;
            }
            written++;
            Assert.Equal(Encoded.Payload(encoder, text), row.Written[4..].ToArray());
        }
        Assert.Equal(decimals <= scale || precision == 0, written > 0);
    }

    private static void CheckShort(NumericPayload payload, ulong magnitude, bool isNegative, byte[]? expected)
    {
        using var row = new RowBuffer(64);
        Assert.Equal(expected is not null, payload.TryWrite(magnitude, isNegative, row));
        if (expected is not null) Assert.Equal(expected, row.Written.ToArray());
    }

    /// <summary>Of any number of digits, often with zeros inside or at the end.</summary>
    private static UInt128 Magnitude(Random random)
    {
        UInt128 value = 0;
        for (var digits = random.Next(0, 39); digits > 0; digits--) value = (value * 10) + (uint)(random.Next(3) == 0 ? random.Next(10) : 0);
        return value;
    }
}
