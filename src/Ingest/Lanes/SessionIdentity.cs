namespace Ingest.Lanes;

/// <summary>A session as other sessions see it.</summary>
/// <param name="ProcessId">The backend's process id, by the server's word: a pooler makes one up for its clients.</param>
/// <param name="Name">Its application name.</param>
internal readonly record struct SessionIdentity(int ProcessId, string Name);
