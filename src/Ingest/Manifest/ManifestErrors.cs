using Npgsql;

namespace Ingest.Manifest;

/// <summary>What can be wrong with the manifest.</summary>
internal static class ManifestErrors
{
    public static PlanException MayNotCreate(string schema, NpgsqlConnection connection, Exception inner) => new(
        "42501",
        $"role {connection.UserName} may not create the manifest schema {schema}; let an owner run 'ingest init' once, which prints the grants that {connection.UserName} needs",
        inner);

    public static PlanException MayNotUse(string schema, NpgsqlConnection connection, Exception inner) => new(
        "42501",
        $"role {connection.UserName} may not use the manifest schema {schema}: {Text(inner)}; GRANT USAGE ON SCHEMA {schema} and GRANT SELECT ON {schema}.version TO it ('ingest init' prints all that it needs)",
        inner);

    public static PlanException RightsMissing(string schema, NpgsqlConnection connection, IReadOnlyList<string> missing) => new(
        "42501",
        $"role {connection.UserName} may not write the manifest in schema {schema}: GRANT {string.Join(", GRANT ", missing)} TO it");

    public static PlanException OtherVersion(string schema, int found, int expected) => new(
        "manifest_version",
        $"the manifest schema {schema} has version {found}, this program needs {expected}; use the program that made it, or another --manifest-schema");

    public static TargetException Fenced(string file, int lane, Guid run) => new(
        "taken_over",
        $"{file}: another run took over lane {lane} from run {run}; this run stops and has not doubled anything");

    public static TargetException Unbalanced(string file, LoadCounts counts, long seen) => new(
        "accounting",
        $"{file}: the counts do not add up (source {seen}, {counts}); the load is not marked as a success, please report this");

    public static TargetException LockLost(string file, string holder) => new(
        "taken_over",
        $"{file}: the connection that held it broke, and {holder} holds it now; this run stops and has not doubled anything");

    public static TargetException ResolvedMeanwhile(string file, int rejects) => new(
        "resolved_meanwhile",
        $"{file}: {rejects} of the rejects that its records correct were resolved meanwhile by another replay; the batch was rolled back; start again, which leaves them out");

    private static string Text(Exception inner) => inner is PostgresException e ? e.MessageText : inner.Message;
}
