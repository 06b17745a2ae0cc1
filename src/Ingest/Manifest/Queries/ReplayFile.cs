using System.Globalization;

namespace Ingest.Manifest.Queries;

/// <summary>What a file of exported rejects says of them, read before it is loaded.</summary>
internal sealed class ReplayFile
{
    /// <summary>Spreadsheets change the separator.</summary>
    private static readonly char[] Delimiters = [',', ';', '\t', '|'];

    /// <summary>
    /// The largest file of which several records correct one reject: it is kept as a whole until it is committed, in blocks
    /// of up to twice its size, which <see cref="MemoryBudget.LargeBlockBytes"/> must have room for.
    /// </summary>
    private const long MostWhole = 8L << 20;

    private readonly string file;
    private readonly List<string> names;
    private readonly int idField;
    private readonly int rawField;
    private readonly int[] sourceFields;
    private readonly HashSet<long> uncorrected = [];
    private readonly HashSet<long> shared = [];
    private readonly HashSet<long> ids = [];

    private ReplayFile(string file, char delimiter, List<string> names)
    {
        this.file = file;
        this.names = names;
        Delimiter = delimiter;
        idField = names.IndexOf(RejectExport.IdColumn);
        rawField = names.IndexOf(RejectExport.RawColumn);
        sourceFields = [.. Enumerable.Range(0, names.Count).Where(i => !names[i].StartsWith(RejectExport.Prefix, StringComparison.Ordinal))];
    }

    /// <summary>The separator.</summary>
    public char Delimiter { get; }

    /// <summary>The rejects that the file names.</summary>
    public IReadOnlySet<long> Ids => ids;

    /// <summary>Those whose fields are empty still, while their text stands whole beside them: loaded, they would be rows of NULLs.</summary>
    public IReadOnlySet<long> Uncorrected => uncorrected;

    /// <summary>Those that several records correct.</summary>
    public IReadOnlySet<long> Shared => shared;

    /// <summary>Reads a file to its end.</summary>
    /// <exception cref="PlanException">It cannot be read, or is not what an export wrote, with its values corrected.</exception>
    public static ReplayFile Read(string file)
    {
        try
        {
            foreach (var delimiter in Delimiters)
            {
                using var reader = new StreamReader(file);
                if (!reader.BaseStream.CanSeek) throw RejectErrors.Pipe(file);
                var dialect = new RawRecord(delimiter, '"', '"');
                if (dialect.Read(reader)?.ConvertAll(name => name.Value) is not { } names || !names.Contains(RejectExport.IdColumn)) continue;
                var read = new ReplayFile(file, delimiter, names);
                read.ReadRecords(reader, dialect);
                if (read.shared.Count > 0 && new FileInfo(file).Length > MostWhole) throw RejectErrors.TooLargeToShare(file, read.shared.Min(), MostWhole >> 20);
                return read;
            }
            throw RejectErrors.NoIdColumn(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw RejectErrors.Unreadable(file, e);
        }
    }

    private void ReadRecords(StreamReader reader, RawRecord dialect)
    {
        for (var record = 1; reader.Peek() >= 0; record++)
        {
            var fields = dialect.Read(reader) ?? throw RejectErrors.UnclosedQuote(file, record);
            if (fields is not [{ Value.Length: 0 }]) Add(fields, record);
        }
    }

    private void Add(List<RawField> fields, int record)
    {
        // A field too many or too few moves the id: it would be read from the field beside it.
        if (fields.Count != names.Count) throw RejectErrors.BadFieldCount(file, record, fields.Count, names.Count);
        if (!long.TryParse(fields[idField].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw RejectErrors.BadId(file, record);
        if (!ids.Add(id)) shared.Add(id);
        var isEmpty = sourceFields.All(i => fields[i].Value.Length == 0);
        if (isEmpty && (rawField < 0 || fields[rawField].Value.Length > 0)) uncorrected.Add(id);
    }
}
