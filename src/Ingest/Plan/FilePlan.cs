using System.Text;
using Ingest.Convert;
using Ingest.Formats;
using Ingest.Lanes;
using Ingest.Postgres;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>One file of a run with every decision made: what is read, how it converts, where it goes.</summary>
internal abstract class FilePlan(SourceFile file, SourceIdentity? identity, MatchedColumns columns) : IDisposable
{
    /// <summary>The file as the user named it.</summary>
    public string Name => file.Name;

    /// <summary>The file's identity in the manifest.</summary>
    public string FileName { get; } = identity?.CanonicalPath ?? file.Name;

    /// <summary>The bytes as stored, or null for a pipe.</summary>
    public long? Size => identity?.Size;

    /// <summary>The file's identity on disk, or null for a pipe.</summary>
    public SourceIdentity? Identity => identity;

    /// <summary>What becomes of the columns.</summary>
    public MatchedColumns Columns => columns;

    /// <summary>The file's column names.</summary>
    public abstract IReadOnlyList<string> Header { get; }

    /// <summary>How a raw record is split, as JSON, for the export of rejects.</summary>
    public abstract string Dialect { get; }

    /// <summary>What the operator should know, a line each.</summary>
    public IEnumerable<string> Describe()
    {
        foreach (var line in DescribeFormat()) yield return line;
        if (Columns.Extra.Count > 0) yield return $"left out: {string.Join(", ", Columns.Extra.Select(Identifier.Show))}";
    }

    /// <summary>Whether what is stored tells how much there is to decode, so that a small file may be read whole.</summary>
    public virtual bool CanReadAhead => false;

    /// <summary>Opens the file at its front.</summary>
    /// <exception cref="SourceException">It cannot be read any more.</exception>
    public abstract IBlockReader OpenReader();

    /// <summary>A decoder for one worker.</summary>
    public abstract IBlockDecoder CreateDecoder(int lanes);

    /// <summary>Closes what the plan still holds open.</summary>
    public abstract void Dispose();

    /// <summary>
    /// How records are dealt to lanes. Where that is by their place, files begin at different lanes: of many small ones
    /// each is but one stretch.
    /// </summary>
    protected Dealer Dealer(int lanes, int stretch) =>
        new(lanes, stretch, (uint)CanonicalKeyHash.Add(CanonicalKeyHash.Empty, Encoding.UTF8.GetBytes(FileName), KeyEquality.Bytes));

    /// <summary>What was found of the format, a line each.</summary>
    protected abstract IEnumerable<string> DescribeFormat();
}
