// uuid: 16 bytes in the order of the text (uuid_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>uuid: 32 hexadecimal digits, a hyphen allowed after every fourth, braces around them allowed (uuid.c, string_to_uuid).</summary>
internal sealed class UuidEncoder : FieldEncoder
{
    private const int Size = 16;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length > 1 && text[0] == '{')
        {
            if (text[^1] != '}') return ConversionFailure.InvalidSyntax;
            text = text[1..^1];
        }

        var room = row.Reserve(4 + Size);
        BinaryPrimitives.WriteInt32BigEndian(room, Size);
        var i = 0;
        for (var k = 0; k < Size; k++)
        {
            if (i + 1 >= text.Length) return ConversionFailure.InvalidSyntax;
            var value = HexDigits.Pair(text[i], text[i + 1]);
            if (value < 0) return ConversionFailure.InvalidSyntax;
            room[4 + k] = (byte)value;
            i += 2;
            if ((k & 1) == 1 && k < Size - 1 && i < text.Length && text[i] == '-') i++;
        }

        if (i != text.Length) return ConversionFailure.InvalidSyntax;
        row.Advance(4 + Size);
        return ConversionFailure.None;
    }
}
