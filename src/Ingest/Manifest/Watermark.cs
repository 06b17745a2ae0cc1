namespace Ingest.Manifest;

/// <summary>How far one lane has come with one file; written in the same transaction as the rows.</summary>
/// <param name="Record">The number of the last record of this lane whose fate is committed.</param>
/// <param name="Restart">Where reading may go on without missing a record of this lane.</param>
/// <param name="Counts">What became of this lane's records so far.</param>
internal readonly record struct Watermark(long Record, RestartPoint Restart, LoadCounts Counts);
