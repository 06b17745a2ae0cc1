// jsonb: a version byte, 1, then the document as text (jsonb_recv).
using System.Buffers.Binary;

namespace Ingest.Convert;

/// <summary>jsonb: the server parses the text.</summary>
internal sealed class JsonbEncoder : FieldEncoder
{
    private const byte Version = 1;

    /// <inheritdoc/>
    public override KeyEquality KeyEquality => KeyEquality.Coarser;

    /// <inheritdoc/>
    public override bool ServerValidates => true;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var room = row.Reserve(5 + text.Length);
        BinaryPrimitives.WriteInt32BigEndian(room, 1 + text.Length);
        room[4] = Version;
        text.CopyTo(room[5..]);
        row.Advance(5 + text.Length);
        return ConversionFailure.None;
    }
}
