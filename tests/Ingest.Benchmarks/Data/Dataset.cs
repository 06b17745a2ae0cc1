using System.Text;

namespace Ingest.Benchmarks.Data;

/// <summary>
/// Rows of one kind, and the table that they belong to. The same rows on every machine and in every release; a row
/// depends on nothing but its number, so that any part of a file can be made alone.
/// </summary>
internal abstract class Dataset
{
    /// <summary>The name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The columns, in the order of the file and of the table.</summary>
    public abstract IReadOnlyList<DatasetColumn> Columns { get; }

    /// <summary>The primary key's columns.</summary>
    public virtual IReadOnlyList<string> Key => ["id"];

    /// <summary>The columns that have an index besides the key's.</summary>
    public virtual IReadOnlyList<string> Indexed => [];

    /// <summary>Bytes that no record exceeds.</summary>
    public abstract int RecordSpace { get; }

    /// <summary>The first line of a file.</summary>
    public string Header => string.Join(',', Columns.Select(c => c.Name));

    /// <summary>Every dataset.</summary>
    public static IReadOnlyList<Dataset> All { get; } =
        [
        new NarrowData(), new WideData(), new TextData(), new NumericData(), new CompositeKeyData(),
        new NarrowData("indexed", "name", "price", "made", "seen", "code"),
    ];

    /// <summary>The dataset of a name, or null.</summary>
    public static Dataset? Find(string name) => All.FirstOrDefault(d => d.Name == name);

    /// <summary>Writes one record with its line break.</summary>
    /// <param name="target">At least <see cref="RecordSpace"/> bytes.</param>
    /// <param name="row">The row's number, from 0.</param>
    /// <param name="changed">Whether a column outside the key has another value than usual.</param>
    /// <returns>The record's length in bytes.</returns>
    public abstract int WriteRow(Span<byte> target, long row, bool changed);

    /// <summary>Whether a row is among so many per cent that change, which lie everywhere in the file.</summary>
    public static bool IsChanged(long row, int percent) => percent > 0 && RowRandom.Mix(~(ulong)row) % 100 < (ulong)percent;

    /// <summary>The statements that create the table with its key and its indexes.</summary>
    public string Ddl(string table) => string.Join('\n', [TableDdl(table), KeyDdl(table), .. IndexDdl(table)]);

    /// <summary>The statement that creates the table without any index.</summary>
    public string TableDdl(string table)
    {
        var columns = Columns.Select(c => $"    {c.Name} {c.Type}{(c.Nullable ? "" : " NOT NULL")}");
        return new StringBuilder($"CREATE TABLE {table} (\n").AppendJoin(",\n", columns).Append("\n);").ToString();
    }

    /// <summary>The statement that adds the primary key.</summary>
    public string KeyDdl(string table) => $"ALTER TABLE {table} ADD PRIMARY KEY ({string.Join(", ", Key)});";

    /// <summary>The statements that add the other indexes.</summary>
    public IEnumerable<string> IndexDdl(string table) => Indexed.Select(column => $"CREATE INDEX ON {table} ({column});");
}
