namespace Ingest.Formats.Csv;

/// <summary>How the fields of one file become the columns of the stage.</summary>
/// <param name="Dialect">How the text is laid out.</param>
/// <param name="Header">The file's column names; its length is the number of fields that a record must have.</param>
/// <param name="FieldOf">For each stage column, the index of its field, or −1 when the file does not have it.</param>
/// <param name="NullText">The unquoted text that means NULL.</param>
/// <param name="IsText">For each stage column, whether the empty string is one of its values, so that only <paramref name="NullText"/> is NULL.</param>
/// <param name="AllowShort">Whether a record may lack fields at its end.</param>
/// <param name="FillEmpty">Whether a missing field is the empty string, not NULL.</param>
/// <param name="AllowLong">Whether a record may have more fields.</param>
internal sealed record CsvLayout(
    CsvDialect Dialect,
    IReadOnlyList<string> Header,
    int[] FieldOf,
    byte[] NullText,
    bool[] IsText,
    bool AllowShort,
    bool FillEmpty,
    bool AllowLong)
{
    /// <summary>Where each record names the reject that it corrects, in a file that is replayed.</summary>
    public ReplayedField? Replayed { get; init; }
}
