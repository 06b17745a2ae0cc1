namespace Ingest.Benchmarks.Race;

/// <summary>What contenders find when they prepare.</summary>
/// <param name="Server">The server.</param>
/// <param name="Files">The rows as files.</param>
/// <param name="Reference">The rows as they must be in the end.</param>
/// <param name="Scratch">A folder that goes with the race.</param>
internal sealed record Ground(RaceServer Server, InputFiles Files, ReferenceRows Reference, string Scratch);
