// name: the characters in UTF-8, at most 63 bytes (namerecv).
namespace Ingest.Convert;

/// <summary>name: cut to 63 bytes at a character's end, as namein does (name.c); namerecv would refuse a longer one.</summary>
internal sealed class NameEncoder : FieldEncoder
{
    private const int MaxBytes = 63;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        if (text.Length > MaxBytes)
        {
            var end = MaxBytes;
            while (Characters.IsContinuation(text[end])) end--;
            text = text[..end];
        }

        row.WriteBytes(text);
        return ConversionFailure.None;
    }
}
