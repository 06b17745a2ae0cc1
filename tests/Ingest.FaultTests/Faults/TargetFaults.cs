using Ingest.FaultTests.Proxy;

namespace Ingest.FaultTests.Faults;

/// <summary>What happens to the target, its rights, and the SQL around the load.</summary>
internal static class TargetFaults
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        Altered("INSERT revoked during the load", "REVOKE INSERT ON t FROM loader", "GRANT INSERT ON t TO loader", "42501"),
        Altered("right on the manifest revoked", "REVOKE UPDATE ON ingest.watermarks FROM loader", "GRANT UPDATE ON ingest.watermarks TO loader", "42501"),
        Altered("column dropped", "ALTER TABLE t RENAME COLUMN n TO gone", "ALTER TABLE t RENAME COLUMN gone TO n", "target_changed"),
        Altered("column's type changed to one of the same width", "ALTER TABLE t ALTER COLUMN id TYPE real", "ALTER TABLE t ALTER COLUMN id TYPE int", "target_changed"),
        Altered("target dropped", "ALTER TABLE t RENAME TO gone", "ALTER TABLE gone RENAME TO t", "target_changed"),
        Altered("target replaced by another table", "ALTER TABLE t RENAME TO gone; CREATE TABLE t (LIKE gone INCLUDING ALL); GRANT SELECT, INSERT, UPDATE ON t TO loader",
            "DROP TABLE t; ALTER TABLE gone RENAME TO t", "target_changed"),
        Altered("a trigger that drops rows",
            "CREATE FUNCTION drop_all() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER d BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION drop_all()",
            "DROP TRIGGER d ON t; DROP FUNCTION drop_all", "target_changed"),
        Altered("reject table dropped", "ALTER TABLE ingest.rejects RENAME TO gone", "ALTER TABLE ingest.gone RENAME TO rejects", "42P01"),
        new("--before-sql fails", EndedByItselfAsync)
            { Options = ["--before-sql", "SELECT 1/0"], Ends = [1], Codes = "22012", MustEnd = true, Mixes = false },
        new("--after-sql fails", EndedByItselfAsync)
            { Options = ["--after-sql", "SELECT 1/0"], Ends = [1], Codes = "22012", MustEnd = true, Mixes = false },
    ];

    /// <summary>A change waits for the lanes' transactions, so it is asked for while one is held, and happens after it.</summary>
    private static Fault Altered(string name, string change, string undo, string code) => new(name, async run =>
    {
        var changed = Task.CompletedTask;
        if (!await run.AtAsync(ProxyPoint.Commit, async () =>
        {
            changed = run.Scene.Database.ExecuteAsync(change);
            await Task.WhenAny(changed, Task.Delay(100));
        })) return 0;
        await changed;
        return 1;
    })
    {
        Ends = [1],
        Codes = code,
        MustEnd = true,
        HealAsync = run => run.Scene.Database.ExecuteAsync(undo),
    };

    private static async Task<int> EndedByItselfAsync(FaultRun run)
    {
        await run.Load.Ended;
        return 1;
    }
}
