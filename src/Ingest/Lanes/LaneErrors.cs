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
        // Only integrity violations (class 23) quote names: the others quote what they could not read.
        var message = error.SqlState.StartsWith("23", StringComparison.Ordinal) ? error.MessageText : WithoutQuotation(error.MessageText);
        return error.ConstraintName is { } constraint && !message.Contains(constraint, StringComparison.Ordinal)
            ? $"{message} (constraint {constraint})"
            : message;
    }

    private static string WithoutQuotation(string message)
    {
        var first = message.AsSpan().IndexOfAny(QuotationMarks);
        return first < 0 ? message : message[..first] + "…" + message[(message.AsSpan().LastIndexOfAny(QuotationMarks) + 1)..];
    }

    public static TargetException Refused(Batch batch, PostgresException error) => new(
        error.SqlState,
        $"{batch} into {batch.File.Entry.Target}: {error.MessageText} ({error.SqlState}){Hint(error)}",
        error);

    public static UnreachableException GaveUp(Batch batch, int attempts, Exception error) => new(
        error is PostgresException e ? e.SqlState : "connection",
        $"{batch} into {batch.File.Entry.Target} failed {attempts} times: {Connections.Describe(error)}; start again with --resume",
        error);

    public static TargetException DuplicateKey(string file, NewReject record) => new(
        "duplicate_key",
        $"{file}: record {record.Record}{(record.Line > 0 ? $" (line {record.Line})" : "")} has a key that the file had before; correct it, or choose another --on-duplicate");

    public static TargetException LostRows(string file, long sent, long counted) => new(
        "accounting",
        $"{file}: {sent} rows were sent and {counted} arrived; the batch was rolled back");

    public static TargetException TargetChanged(Batch batch) => new(
        "target_changed",
        $"{batch.File.Name}: {batch.File.Entry.Target} was replaced by another table, or the type of a column changed, during the load; the batch from record {batch.Parts[^1].FirstRecord} on was rolled back; "
            + "start again with --resume if the table holds what was loaded before, else with --restart");

    public static CommitsLostException CommitsLost(string file) => new(
        $"{file}: the server crashed and lost the last commits of this run, rows and watermarks alike; start again with --resume, which loads them again");

    private static string Hint(PostgresException error) => error.SqlState switch
    {
        PostgresErrorCodes.InsufficientPrivilege => "; grant the right and start again with --resume",
        PostgresErrorCodes.ReadOnlySqlTransaction => "; connect to the primary",
        PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.UndefinedTable => "; the table changed during the load",
        _ => "",
    };
}
