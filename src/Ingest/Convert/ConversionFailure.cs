namespace Ingest.Convert;

/// <summary>Why a field did not convert; each has one SQLSTATE (<see cref="ConvertMessages.SqlState"/>).</summary>
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

    /// <summary>An offset from UTC that is out of range (22009).</summary>
    ZoneOverflow,

    /// <summary>A string longer than the column's declared length (22001).</summary>
    TooLong,

    /// <summary>Hexadecimal bytes with an odd digit or a stray character (22023).</summary>
    InvalidHex,

    /// <summary>A string that is not UTF-8, or holds a NUL (22021).</summary>
    InvalidText,
}
