using System.Buffers;
using Ingest.Manifest;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>What a lane says when it gives up, and why the server refused a row.</summary>
internal static class LaneErrors
{
    // ASCII's in English; the server's other languages have their own.
    private static readonly SearchValues<char> QuotationMarks = SearchValues.Create("\"«»„“”「」");

    /// <summary>The server's message for a reject, with the constraint it names; never the value or the row that it quotes.</summary>
    public static string RejectMessage(PostgresException error)
    {
        var message = RejectMessage(error.SqlState, error.MessageText);
        return error.ConstraintName is { } constraint && !message.Contains(constraint, StringComparison.Ordinal)
            ? $"{message} (constraint {constraint})"
            : message;
    }

    /// <summary>The server's message for a failure: of its own statement, as it is; of anything else, which may be a value, as for a reject.</summary>
    public static string FailureMessage(PostgresException error) => IsOfStatement(error) ? error.MessageText : RejectMessage(error);

    /// <summary>A message of the server without what it quotes; only integrity violations (class 23) quote names, the others what they could not read.</summary>
    public static string RejectMessage(string state, string message)
    {
        if (state.StartsWith("23", StringComparison.Ordinal)) return message;
        var first = message.AsSpan().IndexOfAny(QuotationMarks);
        if (first >= 0) return message[..first] + "…" + message[(message.AsSpan().LastIndexOfAny(QuotationMarks) + 1)..];
        // Names that cannot be read are quoted after a colon: "improper relation name (too many dotted names): a.b.c.d".
        return state.StartsWith("42", StringComparison.Ordinal) && message.IndexOf(':') is >= 0 and var colon ? message[..colon] : message;
    }

    /// <summary>Whether the server points to a place in the statement, which holds no value, and not in what a type's input reads (regtype).</summary>
    private static bool IsOfStatement(PostgresException error) => error.Position > 0 && string.IsNullOrEmpty(error.Where);

    public static TargetException Refused(Batch batch, PostgresException error) => new(
        error.SqlState,
        $"{batch} into {batch.File.Entry.Target}: {FailureMessage(error)}{Hint(error)}",
        error);

    public static ReadAgainException RefusedUnkept(Batch batch, PostgresException error) => new(
        $"{batch} into {batch.File.Entry.Target}: {FailureMessage(error)}", isRefusal: true);

    public static ReadAgainException Unkept(Batch batch) => new(
        $"{batch} into {batch.File.Entry.Target}: the connection was lost", isRefusal: false);

    public static IngestException GaveUp(Batch batch, int attempts, Exception error)
    {
        var what = $"{batch} into {batch.File.Entry.Target} failed {attempts} times: {Connections.Describe(error)}";
        return error switch
        {
            PostgresException e when SqlState.IsContention(e) => new TargetException(
                e.SqlState, $"{what}; other sessions have locked its rows or the table (pg_locks): start again with --resume, or with a higher --max-retries", e),
            PostgresException e => new UnreachableException(e.SqlState, $"{what}; start again with --resume", e),
            _ => new UnreachableException("connection", $"{what}; start again with --resume", error),
        };
    }

    public static TargetException DuplicateKey(string file, NewReject record) => new(
        "duplicate_key",
        $"{file}: record {record.Record}{(record.Line > 0 ? $" (line {record.Line})" : "")} has a key that the file had before; correct it, or choose another --on-duplicate");

    public static TargetException LostRows(string file, long sent, long counted) => new(
        "accounting",
        $"{file}: {sent} rows were sent and {counted} arrived; the batch was rolled back");

    public static TargetException TargetChanged(Batch batch) => new(
        "target_changed",
        $"{batch.File.Name}: {batch.File.Entry.Target} was dropped or replaced by another table, the name or type of a column changed, or it got a BEFORE trigger, during the load; the batch from record {batch.Parts[^1].FirstRecord} on was rolled back; "
            + "start again with --resume if the table holds what was loaded before, else with --restart");

    public static TargetException TargetEmptied(FileLoad file) => new(
        "target_emptied",
        $"{file.Name}: the server crashed, and has emptied {file.Entry.Target}, which is UNLOGGED; start again with --restart, for every file that belongs into it");

    public static CommitsLostException CommitsLost(string file) => new(
        $"{file}: the server crashed and lost the last commits of this run, rows and watermarks alike; start again with --resume, which loads them again");

    private static string Hint(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => "; grant the right and start again with --resume",
        PostgresErrorCodes.ReadOnlySqlTransaction => "; connect to the primary",
        PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable when IsOfStatement(error) => "; a table changed during the load",
        _ => "",
    };
}
