using System.Text;
using Ingest.Convert;
using Ingest.Formats.Csv;
using Ingest.Formats.Parquet;
using Ingest.Parquet;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;
using Ingest.Postgres;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>What the footer of a Parquet file says of it, its first rows, and the table that fits.</summary>
public sealed record ParquetInspection
{
    private const int MostRecords = 5;

    /// <summary>The file.</summary>
    public required string File { get; init; }

    /// <summary>The bytes as stored.</summary>
    public required long Bytes { get; init; }

    /// <summary>The version of the format.</summary>
    public required int Version { get; init; }

    /// <summary>The program that wrote the file, or null.</summary>
    public string? CreatedBy { get; init; }

    /// <summary>The number of rows.</summary>
    public required long Rows { get; init; }

    /// <summary>The fields of a row: the file's name for each, the column's name, its type.</summary>
    public required IReadOnlyList<(string Header, string Column, string Type)> Columns { get; init; }

    /// <summary>The stored columns: one for each scalar in the fields.</summary>
    public required IReadOnlyList<StoredColumn> Stored { get; init; }

    /// <summary>The row groups.</summary>
    public required IReadOnlyList<StoredRowGroup> RowGroups { get; init; }

    /// <summary>The first rows: a text for each field, nested ones as JSON, or null.</summary>
    public required IReadOnlyList<IReadOnlyList<string?>> Records { get; init; }

    /// <summary>What the user may want to look at.</summary>
    public required IReadOnlyList<string> Notices { get; init; }

    /// <summary>The CREATE TABLE statement that fits.</summary>
    public required string CreateTable { get; init; }

    /// <summary>Whether the job's one file is Parquet.</summary>
    /// <exception cref="PlanException">The pattern matches no file or several.</exception>
    public static bool Fits(LoadJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        return job.FileType == FileType.Parquet || (job.FileType == FileType.Auto && ParquetSignature.IsParquet(FileGlob.Single(job.Files, job.StandardInput)));
    }

    /// <summary>Looks at the job's one file.</summary>
    /// <exception cref="SourceException">The file cannot be read, or its footer is corrupt.</exception>
    /// <exception cref="PlanException">The pattern matches no file or several, or a name cannot be made an identifier.</exception>
    public static ParquetInspection Of(LoadJob job)
    {
        ArgumentNullException.ThrowIfNull(job);
        var probe = ParquetProbe.Open(FileGlob.Single(job.Files, job.StandardInput));
        var metadata = probe.Metadata;
        var header = ParquetNames.Given(probe, job) ?? probe.Header;
        var names = ColumnName.Normalize(header, probe.File.Name);
        TableDefinition.CheckKey(probe.File.Name, job, names);
        var types = probe.Fields.Select(ParquetColumnType.Of).ToArray();
        var notices = new List<string>(CreateTableSql.Notices(names));
        return new()
        {
            File = probe.File.Name,
            Bytes = new FileInfo(probe.File.Path!).Length,
            Version = metadata.Version,
            CreatedBy = metadata.CreatedBy,
            Rows = metadata.RowCount,
            Columns = [.. names.Select((name, i) => (header[i], name, types[i]))],
            Stored = [.. metadata.Schema.Leaves.Select(leaf => StoredColumn.Of(leaf, [.. metadata.RowGroups.Select(g => g.Columns[leaf.Index])]))],
            RowGroups = [.. metadata.RowGroups.Select(StoredRowGroup.Of)],
            Records = ReadRecords(probe, notices),
            Notices = notices,
            CreateTable = CreateTableSql.Build(job.Table, [.. names.Zip(types)], job.Key),
        };
    }

    /// <summary>A file whose pages cannot be read still has a footer to show.</summary>
    private static List<IReadOnlyList<string?>> ReadRecords(ParquetProbe probe, List<string> notices)
    {
        var records = new List<IReadOnlyList<string?>>();
        try
        {
            using var parquet = probe.OpenAgain();
            if (parquet.Metadata.RowGroups.FirstOrDefault(g => g.RowCount > 0) is not { } group) return records;
            using var rows = parquet.OpenRowGroup(group.Index);
            using var slice = rows.ReadSlice()!;
            using var json = new JsonText();
            var readers = parquet.Schema.Fields.Select(field => (Field: field, Reader: new NestedReader(slice, field))).ToArray();
            for (var row = 0; row < Math.Min(MostRecords, slice.RowCount); row++)
                records.Add([.. readers.Select(r => Text(json, r.Reader, r.Field, slice, row))]);
        }
        catch (Exception e) when (e is SourceException or ParquetException)
        {
            notices.Add($"the first rows cannot be read: {e.Message}");
        }
        return records;
    }

    private static string? Text(JsonText json, NestedReader reader, ValueShape field, RowSlice slice, int row)
    {
        if (!field.IsFlat)
        {
            var text = json.Value(reader, row, out var isNull, out _);
            return isNull ? null : Encoding.UTF8.GetString(text);
        }
        var vector = slice[field.Leaf!];
        if (vector.IsNull(row)) return null;
        using var scalar = new RowBuffer(64);
        ScalarText.Append(vector, row, scalar);
        return Encoding.UTF8.GetString(scalar.Written);
    }
}
