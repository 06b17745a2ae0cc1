namespace Ingest.Manifest;

/// <summary>A file as its lanes know it in the manifest.</summary>
/// <param name="Id">Its row.</param>
/// <param name="FileName">Its identity.</param>
/// <param name="Target">The table.</param>
internal sealed record FileEntry(long Id, string FileName, string Target);
