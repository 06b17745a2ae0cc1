// macaddr: six bytes (macaddr_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>
/// macaddr: six bytes, of one or two digits, with colons or hyphens between, two halves with a colon or hyphen between, three pairs
/// with a point or hyphen between, or twelve digits (macaddr_in, mac.c).
/// </summary>
internal sealed class MacAddrEncoder : FieldEncoder
{
    private const int Size = 6;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        text = AsciiSpace.Trim(text);
        var room = row.Reserve(4 + Size);
        var address = room.Slice(4, Size);
        if (!(HasForm(text) && MacText.TryReadPairs(text, address, out var count) && count == Size) && !MacText.TryReadBytes(text, address))
            return ConversionFailure.InvalidSyntax;
        BinaryPrimitives.WriteInt32BigEndian(room, Size);
        row.Advance(4 + Size);
        return ConversionFailure.None;
    }

    /// <summary>Whether separators stand only where one of the forms has them.</summary>
    private static bool HasForm(ReadOnlySpan<byte> text) => text.Length switch
    {
        12 => true,
        13 => text[6] is (byte)':' or (byte)'-',
        14 => text[4] is (byte)'.' or (byte)'-' && text[9] == text[4],
        17 => text[2] is (byte)':' or (byte)'-',
        _ => false,
    };
}
