using Ingest.Convert;

namespace Ingest.Formats.Parquet;

/// <summary>
/// Rows that are written side by side, a column at a time, before they are dealt: a row's lane may depend on its key, and it
/// may fail half written. What a column is made of (its writer, its vector) is fetched once for all of them; 120 columns of
/// one row do not fit the nearest cache (guarded by the wide Parquet files of tests/bench.sh).
/// </summary>
internal sealed class PendingRows : IDisposable
{
    /// <summary>The most rows side by side.</summary>
    public const int Most = 32;

    /// <summary>What they may come to together: one row may have many megabytes.</summary>
    private const long MostBytes = 256 << 10;

    private readonly RowBuffer[] rows = [.. Enumerable.Range(0, Most).Select(_ => new RowBuffer(512))];
    private readonly ConversionFailure[] failures = new ConversionFailure[Most];
    private readonly int[] failedIn = new int[Most];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The column that is being written, for those that fail.</summary>
    public int Column { get; set; }

    /// <summary>What a row is appended to.</summary>
    public RowBuffer this[int row] => rows[row];

    /// <summary>How many rows of a size are written side by side.</summary>
    /// <param name="bytes">What all of them take.</param>
    /// <param name="count">Their number.</param>
    public static int Beside(long bytes, int count) => (int)Math.Clamp(MostBytes * count / Math.Max(bytes, 1), 1, Most);

    /// <summary>Begins rows.</summary>
    public void Begin(int count, RowWriter writer)
    {
        Count = count;
        for (var row = 0; row < count; row++)
        {
            rows[row].Length = 0;
            writer.BeginRow(rows[row]);
            failures[row] = ConversionFailure.None;
        }
    }

    /// <summary>Notes that a row did not convert; of several columns, the first counts.</summary>
    public void Fail(int row, ConversionFailure failure)
    {
        if (failures[row] != ConversionFailure.None) return;
        failures[row] = failure;
        failedIn[row] = Column;
    }

    /// <summary>Whether a row did not convert.</summary>
    public bool HasFailed(int row, out ConversionFailure failure, out int column)
    {
        failure = failures[row];
        column = failedIn[row];
        return failure != ConversionFailure.None;
    }

    /// <summary>Lets go of what huge rows made the buffers grow to.</summary>
    public void Shrink()
    {
        foreach (var row in rows) row.Shrink();
    }

    /// <summary>Gives the buffers back.</summary>
    public void Dispose()
    {
        foreach (var row in rows) row.Dispose();
    }
}
