using System.Buffers;

namespace Ingest.Convert;

/// <summary>
/// Numbers with a decimal comma: <c>1.234,56</c>, <c>1 234,56</c>, <c>1234,56</c>. Thousands come in threes, all set apart by the same
/// sign: a point, a space, a no-break space (U+00A0) or a narrow one (U+202F). A point anywhere else is not taken for a
/// decimal point: it is refused. The number is rewritten with a decimal point and given to the type's own encoder.
/// </summary>
/// <param name="inner">The type's encoder.</param>
internal sealed class DecimalCommaEncoder(FieldEncoder inner) : FieldEncoder
{
    // Longer fields rent a buffer; no number of common use is as long.
    private const int StackLimit = 256;

    /// <inheritdoc/>
    public override KeyEquality KeyEquality => inner.KeyEquality;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length <= StackLimit) return Encode(text, row, stackalloc byte[StackLimit]);
        var rented = ArrayPool<byte>.Shared.Rent(text.Length);
        var failure = Encode(text, row, rented);
        ArrayPool<byte>.Shared.Return(rented);
        return failure;
    }

    private ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row, Span<byte> plain)
    {
        text = AsciiSpace.Trim(text);
        if (!TryRewrite(text, plain, out var length)) return ConversionFailure.InvalidSyntax;
        return inner.Encode(plain[..length], row);
    }

    private static bool TryRewrite(ReadOnlySpan<byte> text, Span<byte> plain, out int length)
    {
        length = 0;
        var i = 0;
        if (i < text.Length && text[i] is (byte)'+' or (byte)'-') plain[length++] = text[i++];
        ReadOnlySpan<byte> separator = default;
        var run = 0;
        for (; i < text.Length; run++)
        {
            if ((uint)(text[i] - '0') <= 9)
            {
                plain[length++] = text[i++];
                continue;
            }

            var found = Separator(text[i..]);
            if (found.IsEmpty) break;
            var isFirst = separator.IsEmpty;
            if (isFirst ? run is < 1 or > 3 : run != 3 || !found.SequenceEqual(separator)) return false;
            separator = found;
            i += found.Length;
            run = -1;
        }

        if (!separator.IsEmpty && run != 3) return false;
        if (i < text.Length && text[i] == ',')
        {
            plain[length++] = (byte)'.';
            i++;
        }

        // What follows are decimals, an exponent, or words such as NaN: nothing with a point.
        if (text[i..].IndexOf((byte)'.') >= 0) return false;
        text[i..].CopyTo(plain[length..]);
        length += text.Length - i;
        return true;
    }

    /// <summary>The thousands separator that <paramref name="text"/> begins with, or empty.</summary>
    private static ReadOnlySpan<byte> Separator(ReadOnlySpan<byte> text)
    {
        if (text[0] is (byte)'.' or (byte)' ') return text[..1];
        if (text.StartsWith("\u00A0"u8)) return text[..2];
        return text.StartsWith("\u202F"u8) ? text[..3] : default;
    }
}
