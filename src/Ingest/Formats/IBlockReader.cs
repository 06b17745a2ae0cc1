using Ingest.Lanes;
using Ingest.Manifest;

namespace Ingest.Formats;

/// <summary>
/// Reads one source from front to back and cuts it into blocks. It blocks its thread, one that a load gives it; only one
/// caller at a time.
/// </summary>
internal interface IBlockReader : IDisposable
{
    /// <summary>The bytes read so far, of the file as stored.</summary>
    long BytesRead { get; }

    /// <summary>
    /// Passes over the content before <paramref name="point"/>, and checks that it is what an earlier run read.
    /// </summary>
    /// <exception cref="SourceException">The content before the point differs from what was loaded.</exception>
    void SkipTo(RestartPoint point, CancellationToken cancellationToken);

    /// <summary>
    /// Checks, after <see cref="SkipTo"/>, the content up to later points that the lanes have come to as well, and reads
    /// on from where it was. A format whose prefix hash covers the whole file has nothing to check.
    /// </summary>
    /// <exception cref="SourceException">The content before a point differs from what was loaded.</exception>
    void Verify(IEnumerable<RestartPoint> later, CancellationToken cancellationToken)
    {
    }

    /// <summary>
    /// The next block, or null at the end. The position and the prefix hash of its ends are set; its record and line
    /// numbers are not known yet.
    /// </summary>
    RecordBlock? Read(CancellationToken cancellationToken);

    /// <summary>SHA-256 of the file as stored, once the end was reached.</summary>
    byte[] Checksum { get; }
}
