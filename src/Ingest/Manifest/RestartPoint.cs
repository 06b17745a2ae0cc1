namespace Ingest.Manifest;

/// <summary>A place between two blocks of a source where a later run can go on reading.</summary>
/// <param name="Position">CSV: the byte offset in the decoded content; Parquet: the row index in the file.</param>
/// <param name="Record">The number of records before it.</param>
/// <param name="Line">The number of lines before it; 0 where the format has no lines.</param>
/// <param name="PrefixHash">SHA-256 of the content before it; empty at the very start.</param>
internal readonly record struct RestartPoint(long Position, long Record, long Line, ReadOnlyMemory<byte> PrefixHash);
