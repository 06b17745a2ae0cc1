using Npgsql;

namespace Ingest.Postgres;

/// <summary>A transaction that a user's own statements have begun and not ended.</summary>
internal static class OpenTransaction
{
    /// <summary>Rolls it back; false when there is none. What is set for one transaction outlives the statement that sets it only in one.</summary>
    public static async Task<bool> RollBackAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync("SELECT set_config('ingest.is_open', 'yes', true)", [], cancellationToken);
        if (await connection.ScalarAsync<string>("SELECT current_setting('ingest.is_open', true)", [], cancellationToken) != "yes") return false;
        await connection.ExecuteAsync(RollBack, [], cancellationToken);
        return true;
    }

    /// <summary>Ends it, also after an error in it; outside of one the server only warns.</summary>
    public const string RollBack = "ROLLBACK";
}
