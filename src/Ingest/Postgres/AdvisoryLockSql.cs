namespace Ingest.Postgres;

/// <summary>Advisory locks: of files that are being loaded, each a number, and of the manifest's creation (PostgreSQL documentation, section "Advisory Locks").</summary>
internal static class AdvisoryLockSql
{
    // Any number that nobody else uses.
    private const string Creation = "29061214391866";

    /// <summary>Waits until no other run creates a manifest; the lock ends with the transaction.</summary>
    public const string LockCreation = $"SELECT pg_advisory_xact_lock({Creation})";

    /// <summary>Tries to take the lock of a number for the session.</summary>
    public const string TryLock = "SELECT pg_try_advisory_lock($1)";

    /// <summary>Tries to take the locks of several names, given with their numbers; returns the names of those that are held now.</summary>
    public const string TryLockAll = "SELECT f.name FROM unnest($1::text[], $2::bigint[]) f (name, key) WHERE pg_try_advisory_lock(f.key)";

    /// <summary>Gives back the locks of several numbers.</summary>
    public const string UnlockAll = "SELECT pg_advisory_unlock(f.key) FROM unnest($1::bigint[]) f (key)";
}
