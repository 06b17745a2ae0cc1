using System.CommandLine;
using Ingest.Cli.Help;
using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Plan;

namespace Ingest.Cli.Options;

/// <summary>How the files are written: format, dialect, values.</summary>
internal sealed class SourceOptions
{
    private const string DelimiterWords = "comma, semicolon, tab (or \\t), pipe, space";

    public Option<FileType> Type { get; } = Choice.Of("--file-type", "The format; auto tells it by the first bytes",
        ("auto", FileType.Auto), ("csv", FileType.Csv), ("parquet", FileType.Parquet));

    public Option<string[]?> Headers { get; } = NewOption.Names("--headers", "A,B,C",
        "Column names of a file without a header, or with --no-header; of a file with one, the names that it must have", UsageMessages.HeadersEmpty, "--columns");

    public Option<char?> Delimiter { get; } = NewOption.Character("--delimiter",
        $"The separator: {DelimiterWords}, or a character (default: detected)", DelimiterWords, DelimiterOf);

    public Option<char?> Quote { get; } = NewOption.Character("--quote",
        "The quote character, or none (default \")", "none", word => word == "none" ? '\0' : null);

    public Option<char?> Escape { get; } = NewOption.Character("--escape",
        "The character before a quote inside quotes, or none (default: the quote is doubled)", "none", word => word == "none" ? '\0' : null);

    public Option<string?> Null { get; } = NewOption.Text("--null", "TEXT",
        "Unquoted text that means NULL (default: the empty field). A quoted field is never NULL. Types without an empty value read an empty field as NULL in any case");

    public Option<string?> Encoding { get; } = NewOption.Text("--encoding", "NAME",
        "utf-8, utf-16, windows-1252, iso-8859-15, shift_jis, … (default: utf-8, utf-16 and windows-1252 are told by the bytes; the others must be named)");

    public Option<bool> NoHeader { get; } = NewOption.Switch("--no-header", "The first record is data; name the columns with --headers. Of a Parquet file, they replace its own names");

    public Option<int> SkipLines { get; } = NewOption.Number("--skip-lines", "Lines before the header or the first record", 0, 0, int.MaxValue);

    public Option<char?> Comment { get; } = NewOption.Character("--comment", "Lines that start with this character are passed over", "none",
        word => word == "none" ? '\0' : null);

    public Option<int> MaxRecordSize { get; } = NewOption.Size("--max-record-size",
        "The largest record: what an unclosed quote may swallow before the file is refused (default 16MB)", 16 << 20);

    public Option<int> MaxWindow { get; } = NewOption.Size("--max-window",
        "The largest window of a Zstandard file, memory that decompressing takes on top: 128MB for one of zstd --long (default 64MB)", 64 << 20);

    public Option<string[]> DateFormat { get; } = NewOption.Texts("--date-format", "PATTERN",
        "For dates that are not ISO: dd.MM.yyyy, MM/dd/yyyy HH:mm:ss, dd-MMM-yy, …; once for each form that occurs");

    public Option<bool> DecimalComma { get; } = NewOption.Switch("--decimal-comma", "Numbers are written 1.234,56");

    /// <summary>The options for a help page.</summary>
    public OptionGroup Group => new("How the files are written",
    [
        Type, Headers, Delimiter, Quote, Escape, Null, Encoding, NoHeader, SkipLines, Comment, MaxRecordSize, MaxWindow, DateFormat, DecimalComma,
    ]);

    /// <summary>Reads how the text is laid out.</summary>
    public CsvOptions ReadCsv(ParseResult arguments) => new()
    {
        Delimiter = arguments.GetValue(Delimiter),
        Quote = arguments.GetValue(Quote) ?? '"',
        Escape = NoneAsNull(arguments.GetValue(Escape)),
        Null = arguments.GetValue(Null),
        Encoding = arguments.GetValue(Encoding),
        NoHeader = arguments.GetValue(NoHeader),
        SkipLines = arguments.GetValue(SkipLines),
        Comment = NoneAsNull(arguments.GetValue(Comment)),
        MaxRecordBytes = arguments.GetValue(MaxRecordSize),
        MaxWindowBytes = arguments.GetValue(MaxWindow),
    };

    /// <summary>Reads how values are written.</summary>
    public ConvertOptions ReadConvert(ParseResult arguments) => new()
    {
        DateFormats = arguments.GetValue(DateFormat) is { Length: > 0 } formats ? formats : [],
        DecimalComma = arguments.GetValue(DecimalComma),
    };

    private static char? NoneAsNull(char? value) => value == '\0' ? null : value;

    private static char? DelimiterOf(string word) => word switch
    {
        "comma" => ',',
        "semicolon" => ';',
        "tab" or "\\t" => '\t',
        "pipe" => '|',
        "space" => ' ',
        _ => null,
    };
}
