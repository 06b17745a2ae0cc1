using Ingest.Manifest;
using Npgsql;

namespace Ingest.Lanes;

/// <summary>The rejects of one attempt to apply a batch, each with its file, its place there and its text.</summary>
internal sealed class BatchRejects(Batch batch, RejectShare share)
{
    private readonly List<List<NewReject>> parts = [];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>The rejects of a file so far.</summary>
    /// <param name="part">The number of the file in the batch.</param>
    public IReadOnlyList<NewReject> Of(int part) => part < parts.Count ? parts[part] : [];

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
        var (part, slice, row) = batch.Locate(index);
        Add(part, Describe(slice, row, column, code, message));
        Check(part);
    }

    /// <summary>Throws when the limit is passed by what the batch has.</summary>
    public void Check()
    {
        for (var part = 0; part < parts.Count; part++) Check(part);
    }

    /// <summary>Adds the records that could not be converted, of those that the batch keeps.</summary>
    public void AddUnconverted()
    {
        for (var part = 0; part < batch.Parts.Count; part++)
        {
            foreach (var slice in batch.Parts[part].Slices)
            {
                for (var i = slice.FirstReject; i < slice.LastReject; i++)
                {
                    var r = slice.Segment.Rejects[i];
                    if (!r.IsLeftOut) Add(part, Describe(slice, r.Ordinal, r.RawStart, r.RawLength, r.Column, r.Code, r.Message));
                }
            }
        }
    }

    /// <summary>A row of the batch as a reject.</summary>
    public NewReject Describe(int index, string? column, string code, string message)
    {
        var (_, slice, row) = batch.Locate(index);
        return Describe(slice, row, column, code, message);
    }

    private void Add(int part, NewReject reject)
    {
        while (parts.Count <= part) parts.Add([]);
        parts[part].Add(reject);
        Count++;
    }

    private void Check(int part) => share.Take(batch.Parts[part].File.Name, parts[part], Count);

    private static NewReject Describe(Slice slice, int row, string? column, string code, string message)
    {
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
