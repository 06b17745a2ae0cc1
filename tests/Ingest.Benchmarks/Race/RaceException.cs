namespace Ingest.Benchmarks.Race;

/// <summary>The race cannot be held, or a contender fell out of it; the message is one line for whoever started it.</summary>
internal sealed class RaceException(string message) : Exception(message);
