using Ingest.Formats.Parquet;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;

namespace Ingest.Plan;

/// <summary>A column of a Parquet file as it is stored, over all row groups.</summary>
/// <param name="Path">The names from the root of the schema down, joined by points.</param>
/// <param name="Type">The physical type and the annotation.</param>
/// <param name="IsRequired">Whether no value can be missing.</param>
/// <param name="Codecs">How its pages are compressed.</param>
/// <param name="Encodings">How its values and levels are written, as declared.</param>
/// <param name="CompressedBytes">The bytes of its pages as stored.</param>
/// <param name="UncompressedBytes">The bytes of its pages, decompressed.</param>
/// <param name="Nulls">The number of nulls, where the writer says.</param>
/// <param name="Min">The smallest value, where the writer says.</param>
/// <param name="Max">The largest value, where the writer says.</param>
public sealed record StoredColumn(
    string Path, string Type, bool IsRequired, IReadOnlyList<string> Codecs, IReadOnlyList<string> Encodings,
    long CompressedBytes, long UncompressedBytes, long? Nulls, string? Min, string? Max)
{
    internal static StoredColumn Of(LeafColumn leaf, IReadOnlyList<ColumnChunkMetadata> chunks)
    {
        var range = ValueRange.Of(chunks);
        return new(
            leaf.Path,
            ParquetTypeText.Of(leaf),
            leaf.MaxDefinitionLevel == 0,
            [.. chunks.Select(c => Words(c.Codec.ToString())).Distinct()],
            [.. chunks.SelectMany(c => c.Encodings).Distinct().Order().Select(e => Words(e.ToString()))],
            chunks.Sum(c => c.CompressedBytes),
            chunks.Sum(c => c.UncompressedBytes),
            range.Nulls,
            range.Min,
            range.Max);
    }

    /// <summary>The format's own spelling: <c>RleDictionary</c> is RLE_DICTIONARY.</summary>
    private static string Words(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? "_" + c : char.ToUpperInvariant(c).ToString()));
}

/// <summary>A row group of a Parquet file.</summary>
/// <param name="Rows">The number of rows.</param>
/// <param name="CompressedBytes">The bytes of its pages as stored.</param>
/// <param name="UncompressedBytes">The bytes of its pages, decompressed.</param>
public sealed record StoredRowGroup(long Rows, long CompressedBytes, long UncompressedBytes)
{
    internal static StoredRowGroup Of(RowGroupMetadata group) =>
        new(group.RowCount, group.Columns.Sum(c => c.CompressedBytes), group.Columns.Sum(c => c.UncompressedBytes));
}
