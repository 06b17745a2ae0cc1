using System.Text;

namespace Ingest.Parquet;

/// <summary>
/// The one error that reading a Parquet file ends in. The message is one line: where it is, what is wrong, and what
/// to do about it.
/// </summary>
public sealed class ParquetException : Exception
{
    internal ParquetException(ParquetError error, string problem, Exception? inner = null)
        : this(error, problem, null, null, null, null, inner)
    {
    }

    private ParquetException(
        ParquetError error, string problem, string? file, int? rowGroup, string? column, long? offset, Exception? inner)
        : base(Describe(problem, file, rowGroup, column, offset), inner)
    {
        Error = error;
        Problem = problem;
        File = file;
        RowGroup = rowGroup;
        Column = column;
        Offset = offset;
    }

    /// <summary>What kind of failure it is.</summary>
    public ParquetError Error { get; }

    /// <summary>The stable code of <see cref="Error"/>, such as <c>parquet_corrupt</c>.</summary>
    public string Code => Error switch
    {
        ParquetError.NotParquet => "parquet_not_parquet",
        ParquetError.Truncated => "parquet_truncated",
        ParquetError.Corrupt => "parquet_corrupt",
        ParquetError.Checksum => "parquet_checksum",
        ParquetError.Encrypted => "parquet_encrypted",
        ParquetError.Unsupported => "parquet_unsupported",
        ParquetError.Limit => "parquet_limit",
        ParquetError.CodecMissing => "parquet_codec_missing",
        _ => "parquet_io",
    };

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The name of the source, or null before it is known.</summary>
    public string? File { get; }

    /// <summary>The row group, counted from 0, or null when the fault is in the footer.</summary>
    public int? RowGroup { get; }

    /// <summary>The dotted path of the column, or null when no column is concerned.</summary>
    public string? Column { get; }

    /// <summary>The offset in the file of the page, the footer or the read that failed.</summary>
    public long? Offset { get; }

    /// <summary>The same error with its place; what is known already stays.</summary>
    internal ParquetException At(string file, int? rowGroup = null, string? column = null, long? offset = null) =>
        new(Error, Problem, File ?? file, RowGroup ?? rowGroup, Column ?? column, Offset ?? offset, InnerException);

    private static string Describe(string problem, string? file, int? rowGroup, string? column, long? offset)
    {
        var text = new StringBuilder();
        if (file is not null) text.Append(OneLine(file)).Append(": ");
        if (rowGroup is not null) text.Append("row group ").Append(rowGroup).Append(", ");
        if (column is not null) text.Append("column ").Append(OneLine(column)).Append(", ");
        if (offset is not null) text.Append("offset ").Append(offset).Append(", ");
        if (text.Length > 1 && text[^2] == ',') text[^2] = ':';
        return text.Append(problem).ToString();
    }

    // Names come from the file: a line break in one must not break the line of the message.
    private static string OneLine(string name)
    {
        if (name.Length > 200) name = string.Concat(name.AsSpan(0, 200), "...");
        return string.Create(name.Length, name, static (span, source) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = char.IsControl(source[i]) ? '?' : source[i];
        });
    }
}
