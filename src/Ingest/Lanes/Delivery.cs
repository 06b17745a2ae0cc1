using Ingest.Manifest;

namespace Ingest.Lanes;

/// <summary>What a lane is handed: a segment of a file, or the file's end.</summary>
/// <param name="File">The file.</param>
/// <param name="Segment">The segment, or null at the end of the file.</param>
/// <param name="End">Where the file ends, when it does.</param>
internal readonly record struct Delivery(FileLoad File, Segment? Segment, RestartPoint End)
{
    /// <summary>The memory it keeps.</summary>
    public long RetainedBytes => Segment?.RetainedBytes ?? 0;
}
