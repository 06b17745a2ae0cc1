namespace Ingest.Postgres;

/// <summary>How long to wait for a server.</summary>
/// <param name="MaxRetries">How often the first connection is tried again.</param>
/// <param name="ReconnectWindow">Seconds that a lost server gets to come back.</param>
/// <param name="CommandTimeout">Seconds after which a statement or a stalled connection counts as failed.</param>
internal sealed record ConnectionPolicy(int MaxRetries, int ReconnectWindow, int CommandTimeout);
