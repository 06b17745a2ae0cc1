// bytea: the bytes (bytearecv).
namespace Ingest.Convert;

/// <summary>bytea: the hex form <c>\x0aff</c>, or the escape form with <c>\\</c> and <c>\ooo</c> (byteain, varlena.c).</summary>
internal sealed class ByteaEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var start = row.BeginField();
        var room = row.Reserve(text.Length);
        var failure = text.StartsWith("\\x"u8) ? DecodeHex(text[2..], room, out var length) : DecodeEscapes(text, room, out length);
        if (failure != ConversionFailure.None) return failure;
        row.Advance(length);
        row.EndField(start);
        return ConversionFailure.None;
    }

    private static ConversionFailure DecodeHex(ReadOnlySpan<byte> text, Span<byte> room, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i += 2)
        {
            // White space may stand between bytes, not within one.
            while (i < text.Length && text[i] is (byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'\r') i++;
            if (i == text.Length) break;
            var value = i + 1 < text.Length ? HexDigits.Pair(text[i], text[i + 1]) : -1;
            if (value < 0) return ConversionFailure.InvalidHex;
            room[length++] = (byte)value;
        }

        return ConversionFailure.None;
    }

    private static ConversionFailure DecodeEscapes(ReadOnlySpan<byte> text, Span<byte> room, out int length)
    {
        length = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                room[length++] = text[i];
            }
            else if (i + 1 < text.Length && text[i + 1] == '\\')
            {
                room[length++] = text[++i];
            }
            else if (i + 3 < text.Length && text[i + 1] is >= (byte)'0' and <= (byte)'3' && IsOctal(text[i + 2]) && IsOctal(text[i + 3]))
            {
                room[length++] = (byte)(((text[i + 1] - '0') << 6) | ((text[i + 2] - '0') << 3) | (text[i + 3] - '0'));
                i += 3;
            }
            else
            {
                return ConversionFailure.InvalidSyntax;
            }
        }

        return ConversionFailure.None;
    }

    private static bool IsOctal(byte c) => (uint)(c - '0') <= 7;
}
