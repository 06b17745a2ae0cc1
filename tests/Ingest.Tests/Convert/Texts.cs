using FsCheck;
using FsCheck.Fluent;

namespace Ingest.Tests.Convert;

/// <summary>Generators of field texts, put together from small parts.</summary>
internal static class Texts
{
    public static Gen<string> One(params string[] texts) => Gen.Elements(texts);

    public static Gen<string> Number(int from, int to) => Gen.Choose(from, to).Select(n => $"{n}");

    public static Gen<string> Number(int from, int to, int digits) => Gen.Choose(from, to).Select(n => n.ToString($"D{digits}"));

    public static Gen<string> Digits(int min, int max) => Chars("0123456789", min, max);

    public static Gen<string> Chars(string alphabet, int min, int max) =>
        Gen.Choose(min, max).SelectMany(n => Gen.Elements(alphabet.ToCharArray()).ArrayOf(n)).Select(chars => new string(chars));

    public static Gen<string> Pieces(string[] pieces, int min, int max) =>
        Gen.Choose(min, max).SelectMany(n => Gen.Elements(pieces).ArrayOf(n)).Select(string.Concat);

    public static Gen<string> Join(params Gen<string>[] parts) =>
        parts.Aggregate(Gen.Constant(""), (all, part) => from a in all from b in part select a + b);

    /// <summary>The text, or nothing, with equal chances.</summary>
    public static Gen<string> Maybe(Gen<string> part) => Gen.OneOf(Gen.Constant(""), part);

    public static Gen<string> Any(params Gen<string>[] parts) => Gen.OneOf(parts);

    public static Gen<string> Spaced(Gen<string> part) =>
        Join(One("", "", "", " ", "\t", "\r\n ", "\v\f"), part, One("", "", "", " ", "  ", "\n"));

    public static Gen<string> AnyCase(Gen<string> part) =>
        from text in part
        from flips in Gen.Choose(0, int.MaxValue)
        select string.Concat(text.Select((c, i) => (flips >> (i % 31) & 1) == 0 ? c : char.ToUpperInvariant(c)));

    /// <summary>The text with one character dropped, added or replaced: what is nearly right.</summary>
    public static Gen<string> Damaged(Gen<string> part, string alphabet) =>
        from text in part
        from at in Gen.Choose(0, text.Length)
        from drop in Gen.Choose(0, 1)
        from add in Maybe(Gen.Elements(alphabet.ToCharArray()).Select(c => c.ToString()))
        select text[..at] + add + text[Math.Min(at + drop, text.Length)..];

    public static string[] Take(Gen<string> texts, int count) => [.. texts.Sample(count, 20).Distinct()];
}
