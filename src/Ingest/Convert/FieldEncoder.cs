namespace Ingest.Convert;

/// <summary>
/// Turns one field from UTF-8 text into PostgreSQL's binary COPY format: a big-endian 32-bit length, then the bytes
/// that the column type's receive function reads. NULL is decided before an encoder is called.
/// </summary>
internal abstract class FieldEncoder
{
    /// <summary>How equal values of the type relate to their payload bytes.</summary>
    public virtual KeyEquality KeyEquality => KeyEquality.Bytes;

    /// <summary>
    /// Whether the server may refuse, inside COPY, a payload that this encoder made (an unknown enum label, text that is
    /// not JSON).
    /// </summary>
    public virtual bool ServerValidates => false;

    /// <summary>
    /// Appends the field to <paramref name="row"/>. On failure the row may hold a part of the field; the caller drops
    /// the row's bytes.
    /// </summary>
    /// <param name="text">The field's value: UTF-8, unquoted, valid, without NUL bytes.</param>
    /// <param name="row">Where the length word and the payload are appended.</param>
    public abstract ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row);
}
