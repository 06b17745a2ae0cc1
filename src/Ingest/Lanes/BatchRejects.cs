using Ingest.Manifest;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>The rejects of one attempt to apply a batch, each with its place in the file and its text.</summary>
internal sealed class BatchRejects(Batch batch, RejectBudget budget)
{
    private readonly List<NewReject> all = [];

    /// <summary>The rejects so far.</summary>
    public IReadOnlyList<NewReject> All => all;

    /// <summary>How many there are.</summary>
    public int Count => all.Count;

    /// <summary>Adds a row that the server refused.</summary>
    /// <param name="index">The row's number in the batch.</param>
    /// <param name="column">The column at fault, or null.</param>
    /// <param name="error">What the server said.</param>
    public void AddRow(int index, string? column, PostgresException error) =>
        AddRow(index, column, error.SqlState, LaneErrors.RejectMessage(error));

    /// <summary>Adds a row for a reason of our own.</summary>
    /// <exception cref="RejectLimitException">The limit is passed: a batch of nothing but bad rows is not taken apart to its end.</exception>
    public void AddRow(int index, string? column, string code, string message)
    {
        all.Add(Describe(index, column, code, message));
        budget.Check(batch.File.Name, all);
    }

    /// <summary>Adds the records that could not be converted.</summary>
    public void AddUnconverted()
    {
        foreach (var slice in batch.Slices)
        {
            for (var i = slice.FirstReject; i < slice.LastReject; i++)
            {
                var r = slice.Segment.Rejects[i];
                all.Add(Describe(slice, r.Ordinal, r.RawStart, r.RawLength, r.Column, r.Code, r.Message));
            }
        }
    }

    /// <summary>A row of the batch as a reject.</summary>
    public NewReject Describe(int index, string? column, string code, string message)
    {
        var (slice, row) = batch.Locate(index);
        var place = slice.Segment.Rows[row];
        return Describe(slice, place.Ordinal, place.RawStart, place.RawLength, column, code, message);
    }

    private static NewReject Describe(Slice slice, int ordinal, int rawStart, int rawLength, string? column, string code, string message)
    {
        var block = slice.Segment.Block;
        var raw = block.Raw(rawStart, rawLength);
        return new(block.Start.Record + ordinal + 1, raw.Line, raw.Position, column, code, message, raw.Bytes.ToArray());
    }
}
