namespace Ingest.Benchmarks.Race;

/// <summary>A program to run against the clock.</summary>
/// <param name="Program">Its path, or its name on PATH.</param>
/// <param name="Arguments">Its arguments.</param>
/// <param name="Inputs">The files that it reads.</param>
internal sealed record RaceCommand(string Program, IReadOnlyList<string> Arguments, IReadOnlyList<string> Inputs);
