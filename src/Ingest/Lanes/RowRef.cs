namespace Ingest.Lanes;

/// <summary>One converted row of a segment. 24 bytes, because a batch keeps one for every row until its commit.</summary>
/// <param name="KeyHash">The hash of the key's canonical form; 0 without a key.</param>
/// <param name="Ordinal">The record's place in its block, from 0.</param>
/// <param name="End">Where the row's bytes end in the segment's buffer; they start where the row before ends.</param>
/// <param name="RawStart">Where the record starts in its block.</param>
/// <param name="RawLength">The length of the raw record.</param>
internal readonly record struct RowRef(ulong KeyHash, int Ordinal, int End, int RawStart, int RawLength);
