namespace Ingest.Lanes;

/// <summary>Which reject a record of a replay corrects.</summary>
/// <param name="Ordinal">The record's place in its block, from 0.</param>
/// <param name="Reject">The reject's id.</param>
internal readonly record struct Correction(int Ordinal, long Reject);
