using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Tests.Writing;

/// <summary>A node of a schema to write.</summary>
/// <param name="Name">The field's name.</param>
/// <param name="Repetition">How often it occurs.</param>
/// <param name="Type">The physical type of a leaf, or null for a group.</param>
/// <param name="TypeLength">The length of a fixed-length type.</param>
/// <param name="Children">The number of fields of a group.</param>
/// <param name="Converted">The converted type, or null.</param>
internal sealed record TestNode(
    string Name, Repetition Repetition, PhysicalType? Type = null, int TypeLength = 0, int Children = 0, int? Converted = null);

/// <summary>A column to write: its levels, its values without the nulls, and how they are to be written.</summary>
internal sealed record TestColumn
{
    public required PhysicalType Type { get; init; }

    public required IReadOnlyList<string> Path { get; init; }

    public int MaxDefinition { get; init; }

    public int MaxRepetition { get; init; }

    /// <summary>A level for each entry; ignored where the largest is 0.</summary>
    public required IReadOnlyList<int> Definitions { get; init; }

    public required IReadOnlyList<int> Repetitions { get; init; }

    /// <summary>The PLAIN bytes, without a length, of each entry at the largest definition level.</summary>
    public required IReadOnlyList<byte[]> Values { get; init; }

    public PageEncoding Encoding { get; init; } = PageEncoding.Plain;

    public CompressionCodec Codec { get; init; }

    public bool Version2 { get; init; }

    public bool Checksums { get; init; }

    /// <summary>Version 1: write the levels in the deprecated way.</summary>
    public bool BitPackedLevels { get; init; }

    /// <summary>The most rows of a page.</summary>
    public int RowsPerPage { get; init; } = int.MaxValue;

    /// <summary>Dictionary encoding: leave it for PLAIN after this many pages.</summary>
    public int DictionaryPages { get; init; } = int.MaxValue;
}
