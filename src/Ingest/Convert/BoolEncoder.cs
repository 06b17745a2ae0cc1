// bool: one byte, 1 or 0 (boolrecv).
using System.Buffers.Binary;
using System.Text;

namespace Ingest.Convert;

/// <summary>bool: any unique prefix of true, false, yes, no, on, off, in any case, or 1 and 0 (bool.c, parse_bool).</summary>
internal sealed class BoolEncoder : FieldEncoder
{
    // The first four letters of "true" and of "false", the first one lowest.
    private const uint True = 0x65_75_72_74;
    private const uint Fals = 0x73_6C_61_66;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        // Values take turns at random: one branch for true and false alike, else every other one would be guessed wrong.
        if (text.Length == 1)
        {
            var letter = text[0] | 0x20;
            var isTrue = (letter == 't') | (letter == 'y') | (text[0] == '1');
            if (isTrue | (letter == 'f') | (letter == 'n') | (text[0] == '0')) return Write(isTrue, row);
        }

        // As most files write it; other spellings are compared letter by letter.
        if (text.Length is 4 or 5)
        {
            var start = BinaryPrimitives.ReadUInt32LittleEndian(text);
            var isTrue = (text.Length == 4) & (start == True);
            if (isTrue | ((text.Length == 5) & (start == Fals) & (text[^1] == 'e'))) return Write(isTrue, row);
        }
        return EncodeWord(AsciiSpace.Trim(text), row);
    }

    private static ConversionFailure EncodeWord(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length == 0) return ConversionFailure.InvalidSyntax;
        return (text[0] | 0x20) switch
        {
            't' when IsPrefix(text, "true"u8) => Write(true, row),
            'f' when IsPrefix(text, "false"u8) => Write(false, row),
            'y' when IsPrefix(text, "yes"u8) => Write(true, row),
            'n' when IsPrefix(text, "no"u8) => Write(false, row),
            // "o" alone could be either.
            'o' when text.Length > 1 && IsPrefix(text, "on"u8) => Write(true, row),
            'o' when text.Length > 1 && IsPrefix(text, "off"u8) => Write(false, row),
            _ when text.Length == 1 && text[0] == '1' => Write(true, row),
            _ when text.Length == 1 && text[0] == '0' => Write(false, row),
            _ => ConversionFailure.InvalidSyntax,
        };
    }

    private static bool IsPrefix(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length <= word.Length && Ascii.EqualsIgnoreCase(text, word[..text.Length]);

    private static ConversionFailure Write(bool value, RowBuffer row)
    {
        row.WriteBool(value);
        return ConversionFailure.None;
    }
}
