namespace Ingest.Formats.Csv;

/// <summary>The kinds of value that a text can be.</summary>
[Flags]
internal enum ValueKinds
{
    /// <summary>Text only.</summary>
    None = 0,

    /// <summary>An integer of 64 bits.</summary>
    Integer = 1,

    /// <summary>A decimal number.</summary>
    Number = 2,

    /// <summary>A number that survives as a binary floating-point number.</summary>
    Double = 4,

    /// <summary>A truth value in words.</summary>
    Boolean = 8,

    /// <summary>A date.</summary>
    Date = 16,

    /// <summary>A date and time without a zone.</summary>
    Timestamp = 32,

    /// <summary>A date and time with an offset.</summary>
    TimestampTz = 64,

    /// <summary>A UUID in the 8-4-4-4-12 form.</summary>
    Uuid = 128,

    /// <summary>A JSON object or array.</summary>
    Json = 256,

    /// <summary>Nothing is excluded yet.</summary>
    All = 511,
}
