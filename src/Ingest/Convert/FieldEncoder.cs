namespace Ingest.Convert;

/// <summary>
/// Turns one field from UTF-8 text into PostgreSQL's binary COPY format: a big-endian 32-bit length, then the bytes
/// that the column type's receive function reads. NULL is decided before an encoder is called.
/// </summary>
internal abstract class FieldEncoder
{
    /// <summary>
    /// Appends the field to <paramref name="row"/>. On failure the row may hold a part of the field; the caller drops
    /// the row's bytes.
    /// </summary>
    /// <param name="text">The field's value: UTF-8, unquoted, valid, without NUL bytes.</param>
    /// <param name="row">Where the length word and the payload are appended.</param>
    public abstract ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row);
}

/// <summary>Why a field did not convert.</summary>
internal enum ConversionFailure : byte
{
    /// <summary>It did convert.</summary>
    None,

    /// <summary>Not a form that the type's input accepts (22P02).</summary>
    InvalidSyntax,

    /// <summary>A number outside the range of the type (22003).</summary>
    OutOfRange,

    /// <summary>Not a form of a date or a time (22007).</summary>
    InvalidDatetime,

    /// <summary>A date or time whose fields are out of range (22008).</summary>
    DatetimeOverflow,

    /// <summary>A string longer than the column's declared length (22001).</summary>
    TooLong,
}
