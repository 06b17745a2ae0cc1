using System.Text.Unicode;
using Ingest.Convert;

namespace Ingest.Formats.Csv;

/// <summary>Why a record becomes a reject: the messages of the CSV decoder.</summary>
/// <param name="Column">The column at fault, or null.</param>
/// <param name="Code">The SQLSTATE that the server would have given, or an own code.</param>
/// <param name="Message">The reason.</param>
internal readonly record struct RecordDefect(string? Column, string Code, string Message)
{
    public static RecordDefect Conversion(RowColumn column, ConversionFailure failure) => new(
        column.Sql.Name, ConvertMessages.SqlState(failure), $"{column.Sql.Name}: {ConvertMessages.Stem(failure, column.Type)}");

    public static RecordDefect Quoting(CsvMalformation malformation) => malformation switch
    {
        CsvMalformation.UnclosedQuote => new(null, "csv_unclosed_quote", "a quote is opened in this record and never closed"),
        _ => new(null, "csv_text_after_quote", "text stands between a closing quote and the next separator"),
    };

    public static RecordDefect FieldCount(int count, int expected) => new(
        null, "csv_field_count", $"the record has {count} fields where {expected} are expected");

    public static RecordDefect NoRejectId(string column) => new(column, "no_reject_id", $"{column} is not the number of a reject");

    /// <summary>The defect of a record's bytes, or null when they are valid UTF-8 without NUL.</summary>
    public static RecordDefect? Bytes(ReadOnlySpan<byte> record)
    {
        var nul = record.IndexOf((byte)0);
        if (nul >= 0) return new(null, "22021", $"byte {nul} of the record is a NUL, which PostgreSQL text cannot hold");
        if (Utf8.IsValid(record)) return null;
        var place = InvalidPlace(record);
        return new(null, "22021",
            $"byte {place} of the record (0x{record[place]:x2}) is not valid in the file's encoding; check --encoding");
    }

    private static int InvalidPlace(ReadOnlySpan<byte> record)
    {
        var place = 0;
        while (System.Text.Rune.DecodeFromUtf8(record[place..], out _, out var consumed) == System.Buffers.OperationStatus.Done)
            place += consumed;
        return place;
    }
}
