using Ingest.Postgres;

namespace Ingest.Manifest.Queries;

/// <summary>What can go wrong between rejects and their replay.</summary>
internal static class RejectErrors
{
    public static PlanException DifferentLayouts(RejectOrigin one, RejectOrigin other) => new("mixed_rejects",
        $"the rejects come from files with different columns or tables ({Identifier.Show(one.File)} into {one.Target}, "
        + $"{Identifier.Show(other.File)} into {other.Target}); choose with --file, --table or --run");

    public static PlanException DifferentTargets(RejectOrigin one, RejectOrigin other) => new("mixed_rejects",
        $"the file has rejects of different loads ({one.Target} by {one.Mode}, {other.Target} by {other.Mode}); replay them from one file each");

    public static PlanException NoneOfThem(string file) => new("no_such_reject",
        $"{Identifier.Show(file)}: none of its rejects is in the manifest; check --dsn and --manifest-schema");

    public static PlanException NoIdColumn(string file) => new("no_reject_id",
        $"{Identifier.Show(file)} has no column {RejectExport.IdColumn}; replay takes a file that 'ingest rejects export' wrote, with its values corrected");

    public static PlanException BadId(string file, int record) => new("no_reject_id",
        $"{Identifier.Show(file)}, record {record}: {RejectExport.IdColumn} is not a number; leave the columns {RejectExport.Prefix}… as they were exported");

    public static PlanException BadFieldCount(string file, int record, int fields, int expected) => new("bad_replay_record",
        $"{Identifier.Show(file)}, record {record}: it has {fields} fields where the header has {expected}; put quotes around values that hold the separator");

    public static PlanException UnclosedQuote(string file, int record) => new("bad_replay_record",
        $"{Identifier.Show(file)}, record {record}: a quote is opened and never closed; double the quotes inside of values");

    public static PlanException SomeMissing(string file, IReadOnlyList<long> ids) => new("no_such_reject",
        $"{Identifier.Show(file)}: {ids.Count} of its rejects are not in the manifest (the first: {ids[0]}), so whether they were loaded cannot be known; "
        + "take their records out, or check --dsn and --manifest-schema");

    public static PlanException TooLargeToShare(string file, long id, long megabytes) => new("too_large_to_share",
        $"{Identifier.Show(file)}: several records correct reject {id}, which takes one transaction for the whole file, {megabytes} MB at most; "
        + "put the records of such rejects into a file of their own");

    public static PlanException StandardInput() => new("not_a_file",
        "a replay needs a file, which it reads twice, not standard input: save it to a file first");

    public static PlanException Pipe(string file) => new("not_a_file",
        $"{Identifier.Show(file)} is a pipe, and a replay needs a file, which it reads twice: save it to a file first");

    public static PlanException Unreadable(string file, Exception inner) => new("file_unreadable",
        $"{Identifier.Show(file)} cannot be read, {FileFailure.Reason(file, inner)}; check its path and permissions", inner);
}
