namespace Ingest.Manifest;

/// <summary>A reject on its way into the manifest.</summary>
/// <param name="Record">The 1-based number of the record in its file.</param>
/// <param name="Line">The 1-based line it starts on, or 0.</param>
/// <param name="Position">The byte offset of its start: in the file where that is plain UTF-8, else in the decoded content; or the row index.</param>
/// <param name="Column">The column at fault, or null.</param>
/// <param name="Code">The SQLSTATE, or an own code.</param>
/// <param name="Message">The reason.</param>
/// <param name="Raw">The record as it stands in the source.</param>
internal readonly record struct NewReject(
    long Record,
    long Line,
    long Position,
    string? Column,
    string Code,
    string Message,
    byte[] Raw);
