// bool: one byte, 1 or 0 (boolrecv).
using System.Buffers.Binary;
using System.Text;

namespace Ingest.Convert;

/// <summary>bool: any unique prefix of true, false, yes, no, on, off, in any case, or 1 and 0 (bool.c, parse_bool).</summary>
internal sealed class BoolEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length == 1)
        {
            switch (text[0] | 0x20)
            {
                case 't' or 'y': return Write(1, row);
                case 'f' or 'n': return Write(0, row);
            }

            if (text[0] is (byte)'1' or (byte)'0') return Write(text[0] - '0', row);
        }

        // As most files write it; other spellings are compared letter by letter.
        if (text.SequenceEqual("true"u8)) return Write(1, row);
        if (text.SequenceEqual("false"u8)) return Write(0, row);
        return EncodeWord(AsciiSpace.Trim(text), row);
    }

    private static ConversionFailure EncodeWord(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length == 0) return ConversionFailure.InvalidSyntax;
        return (text[0] | 0x20) switch
        {
            't' when IsPrefix(text, "true"u8) => Write(1, row),
            'f' when IsPrefix(text, "false"u8) => Write(0, row),
            'y' when IsPrefix(text, "yes"u8) => Write(1, row),
            'n' when IsPrefix(text, "no"u8) => Write(0, row),
            // "o" alone could be either.
            'o' when text.Length > 1 && IsPrefix(text, "on"u8) => Write(1, row),
            'o' when text.Length > 1 && IsPrefix(text, "off"u8) => Write(0, row),
            _ when text.Length == 1 && text[0] == '1' => Write(1, row),
            _ when text.Length == 1 && text[0] == '0' => Write(0, row),
            _ => ConversionFailure.InvalidSyntax,
        };
    }

    private static bool IsPrefix(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length <= word.Length && Ascii.EqualsIgnoreCase(text, word[..text.Length]);

    private static ConversionFailure Write(int value, RowBuffer row)
    {
        var room = row.Reserve(5);
        BinaryPrimitives.WriteInt32BigEndian(room, 1);
        room[4] = (byte)value;
        row.Advance(5);
        return ConversionFailure.None;
    }
}
