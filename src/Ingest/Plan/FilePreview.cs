using Ingest.Convert;
using Ingest.Formats.Parquet;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>One source of a run, looked at as far as its plan needs: what each format says of itself.</summary>
internal abstract class FilePreview(SourceFile file) : IDisposable
{
    /// <summary>The source.</summary>
    public SourceFile File { get; } = file;

    /// <summary>The names of the fields.</summary>
    public abstract IReadOnlyList<string> Header { get; }

    /// <summary>Whether the names are the file's own, so that <c>--headers</c> is what they are held to.</summary>
    public abstract bool HasOwnHeader { get; }

    /// <summary>The options of the format that decide what a record is, for <see cref="LoadOptionsText"/>.</summary>
    public abstract IReadOnlyList<string> Options { get; }

    /// <summary>Looks at a source in the format that the job names, or that its first bytes tell.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    /// <exception cref="PlanException">Its column names cannot be used.</exception>
    public static FilePreview Open(SourceFile file, LoadJob job)
    {
        var isParquet = job.FileType == FileType.Parquet || (job.FileType == FileType.Auto && ParquetSignature.IsParquet(file));
        return isParquet ? new ParquetPreview(ParquetProbe.Open(file), job) : new CsvPreview(file, job);
    }

    /// <summary>The column types that the file speaks for.</summary>
    public abstract ColumnTypes Types();

    /// <summary>Columns that take every value as text.</summary>
    public virtual ColumnTypes TextTypes() => new([.. Header.Select(_ => "text")], "text columns");

    /// <summary>How the values of a field are written into a column of a type, or null when the server converts them from text.</summary>
    /// <param name="field">The index of the field, or −1 for a column that the file does not have.</param>
    /// <param name="type">The column's type.</param>
    /// <param name="convert">How text converts.</param>
    public abstract FieldEncoder? FindEncoder(int field, PgType type, ConvertOptions convert);

    /// <summary>What the user said of how values are written, as far as it holds for the values of a field.</summary>
    /// <param name="field">The index of the field, or −1 for a column that the file does not have.</param>
    /// <param name="convert">What the user said.</param>
    public virtual ConvertOptions OptionsOf(int field, ConvertOptions convert) => convert;

    /// <summary>Whether what is decided of the columns of another file holds for this one too; what both know of them may then be kept once.</summary>
    public virtual bool SharesColumnsOf(FilePreview other) => false;

    /// <summary>The plan of the file, which takes over what this preview holds open.</summary>
    public abstract FilePlan Plan(MatchedColumns columns, ConvertOptions convert);

    /// <summary>Lets go of what only <see cref="Types"/> needs: a run may have thousands of files.</summary>
    public virtual void Forget()
    {
    }

    /// <summary>Closes what is still open.</summary>
    public abstract void Dispose();

    /// <summary>Checks the names that a file gives its columns.</summary>
    /// <exception cref="PlanException">A name is missing or occurs twice.</exception>
    protected static void CheckNames(string file, IReadOnlyList<string> names, LoadJob job)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < names.Count; i++)
        {
            if (names[i].Length == 0 && job.ExtraColumns == ExtraColumns.Error) throw PlanErrors.EmptyHeader(file, i + 1);
            if (names[i].Length > 0 && !seen.Add(names[i])) throw PlanErrors.DuplicateHeader(file, names[i]);
        }
    }
}
