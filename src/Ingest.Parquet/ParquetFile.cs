using Ingest.Parquet.Metadata;
using Ingest.Parquet.Pages;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;

namespace Ingest.Parquet;

/// <summary>
/// An open Parquet file (github.com/apache/parquet-format). The footer is read when it is opened; pages are read
/// when a row group's slices are. All members may be used from several threads.
/// </summary>
public sealed class ParquetFile : IDisposable
{
    private readonly ByteSource source;
    private readonly ParquetLimits limits;
    private readonly long dataEnd;
    private readonly HeldMemory held;

    private ParquetFile(ByteSource source, ParquetLimits limits)
    {
        this.source = source;
        this.limits = limits;
        limits.Validate();
        held = new HeldMemory(limits);
        try
        {
            Metadata = FooterReader.Read(source, limits, out dataEnd);
        }
        catch (Exception e) when (ParquetErrors.Of(e) is { } fault)
        {
            throw fault.At(source.Name);
        }
    }

    /// <summary>The name of the source.</summary>
    public string Name => source.Name;

    /// <summary>The footer: schema, row groups, codecs, encodings, statistics.</summary>
    public FileMetadata Metadata { get; }

    /// <summary>The schema.</summary>
    public ParquetSchema Schema => Metadata.Schema;

    /// <summary>Opens a local file.</summary>
    /// <exception cref="ParquetException">The file cannot be read, or its footer is corrupt or unsupported.</exception>
    public static ParquetFile Open(string path, ParquetLimits? limits = null) => Open(new FileByteSource(path), limits);

    /// <summary>Opens any source, which the file then owns.</summary>
    /// <exception cref="ParquetException">The source cannot be read, or its footer is corrupt or unsupported.</exception>
    public static ParquetFile Open(ByteSource source, ParquetLimits? limits = null)
    {
        try
        {
            return new ParquetFile(source, limits ?? ParquetLimits.Default);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }

    /// <summary>Opens a row group for reading.</summary>
    /// <param name="rowGroup">Its index, from 0.</param>
    /// <param name="fields">
    /// The fields wanted, out of <see cref="ParquetSchema.Fields"/>; null for all. The pages of others are never read.
    /// </param>
    /// <param name="parallelism">How many columns are decoded at once, at least 1.</param>
    /// <exception cref="ParquetException">A column is corrupt, or of a kind that is not supported.</exception>
    public RowGroupReader OpenRowGroup(int rowGroup, IEnumerable<ValueShape>? fields = null, int parallelism = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        var metadata = Metadata.RowGroups[rowGroup];
        var leaves = new SortedSet<int>();
        foreach (var field in fields ?? Schema.Fields)
        {
            CheckSupported(field.Node, rowGroup);
            for (var i = 0; i < field.LeafCount; i++) leaves.Add(field.FirstLeaf + i);
        }
        return new RowGroupReader(source, metadata, [.. leaves], Schema.Leaves.Count, dataEnd, held, limits, parallelism);
    }

    /// <summary>Closes the source.</summary>
    public void Dispose() => source.Dispose();

    private void CheckSupported(SchemaNode node, int rowGroup)
    {
        if (node.LogicalType.Kind == LogicalKind.Variant)
        {
            throw ParquetErrors.Unsupported("the column is a VARIANT", "leave it out, or write it as JSON text")
                .At(Name, rowGroup, node.Path);
        }
        foreach (var child in node.Children) CheckSupported(child, rowGroup);
    }
}
