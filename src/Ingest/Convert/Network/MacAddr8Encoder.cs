// macaddr8: eight bytes (macaddr8_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>macaddr8: eight bytes, or six that are spread around FF FE, with one kind of separator between any bytes (macaddr8_in, mac8.c).</summary>
internal sealed class MacAddr8Encoder : FieldEncoder
{
    private const int Size = 8;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var room = row.Reserve(4 + Size);
        var address = room.Slice(4, Size);
        if (!MacText.TryReadPairs(AsciiSpace.Trim(text), address, out var count) || count is not (6 or Size)) return ConversionFailure.InvalidSyntax;
        if (count == 6)
        {
            address[3..6].CopyTo(address[5..]);
            address[3] = 0xFF;
            address[4] = 0xFE;
        }

        BinaryPrimitives.WriteInt32BigEndian(room, Size);
        row.Advance(4 + Size);
        return ConversionFailure.None;
    }
}
