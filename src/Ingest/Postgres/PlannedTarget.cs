namespace Ingest.Postgres;

/// <summary>What must not change of a target while it is loaded.</summary>
/// <param name="Oid">pg_class.oid.</param>
/// <param name="TypeOids">The declared types (pg_attribute.atttypid) of the columns, in stage order.</param>
/// <param name="HasBeforeInsertTrigger">Whether a BEFORE ROW trigger may drop inserted rows.</param>
/// <param name="HasBeforeUpdateTrigger">Whether one may drop updates.</param>
internal sealed record PlannedTarget(uint Oid, IReadOnlyList<uint> TypeOids, bool HasBeforeInsertTrigger, bool HasBeforeUpdateTrigger);
