using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>Eight characters at a time against one at a time.</summary>
public sealed class ShortDigitsTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(20_000).WithEndSize(20);

    private static Gen<string> Texts { get; } =
        from length in Gen.Choose(0, 18)
        from digits in Gen.Elements("0123456789".ToCharArray()).ArrayOf(length)
        from oddities in Gen.Frequency((4, Gen.Constant(0)), (3, Gen.Constant(1)), (1, Gen.Constant(2)))
        from places in Gen.Choose(0, 17).ArrayOf(2)
        from characters in Gen.Frequency((5, Gen.Constant('.')), (1, Gen.Elements("/:-+ eE,\0\u007f\u00b0\u00ff".ToCharArray()))).ArrayOf(2)
        select With(digits, places.Zip(characters).Take(oddities));

    [Fact]
    public void Digits_alone_are_read_and_nothing_else() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var isNumber = text.Length is > 0 and <= ShortDigits.MostCharacters && text.All(char.IsAsciiDigit);
        Assert.Equal(isNumber, ShortDigits.TryRead(Encoding.Latin1.GetBytes(text), out var value));
        if (isNumber) Assert.Equal(ulong.Parse(text, CultureInfo.InvariantCulture), value);
    }).Check(Many);

    [Fact]
    public void Digits_with_one_point_are_read_and_nothing_else() => Prop.ForAll(Texts.ToArbitrary(), text =>
    {
        var point = text.IndexOf('.', StringComparison.Ordinal);
        var digits = point < 0 ? text : text.Remove(point, 1);
        var isNumber = text.Length <= ShortDigits.MostCharacters && digits.Length > 0 && digits.All(char.IsAsciiDigit);
        Assert.Equal(isNumber, ShortDigits.TryReadDecimal(Encoding.Latin1.GetBytes(text), out var value, out var decimals));
        if (!isNumber) return;
        Assert.Equal(ulong.Parse(digits, CultureInfo.InvariantCulture), value);
        Assert.Equal(point < 0 ? 0 : text.Length - point - 1, decimals);
    }).Check(Many);

    private static string With(char[] digits, IEnumerable<(int Place, char Character)> oddities)
    {
        foreach (var (place, character) in oddities)
        {
            if (place < digits.Length) digits[place] = character;
        }
        return new(digits);
    }
}
