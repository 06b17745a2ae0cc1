using Npgsql;

namespace Ingest.Lanes;

/// <summary>
/// Finds the rows that the server refuses: a range that fails is halved until the bad ones stand alone, so one bad row
/// in a batch of 50,000 costs some 17 more statements, not 50,000.
/// </summary>
internal static class Halving
{
    /// <summary>Applies the rows from <paramref name="first"/> up to, without, <paramref name="last"/>, in order.</summary>
    /// <param name="first">The first row.</param>
    /// <param name="last">One past the last row.</param>
    /// <param name="tryRange">Applies a range whole or not at all; returns why not.</param>
    /// <param name="onBadRow">Is told of each row that fails alone.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task RunAsync(
        int first,
        int last,
        Func<int, int, CancellationToken, Task<PostgresException?>> tryRange,
        Func<int, PostgresException, CancellationToken, Task> onBadRow,
        CancellationToken cancellationToken)
    {
        // The whole range has failed already when it has more than one row, so the halves are tried first.
        var open = new Stack<(int First, int Last)>();
        Split(first, last);
        while (open.TryPop(out var range))
        {
            if (await tryRange(range.First, range.Last, cancellationToken) is not { } error) continue;
            if (range.Last - range.First == 1) await onBadRow(range.First, error, cancellationToken);
            else Split(range.First, range.Last);
        }

        void Split(int from, int to)
        {
            if (to - from == 1)
            {
                open.Push((from, to));
                return;
            }
            var middle = from + (to - from) / 2;
            open.Push((middle, to));
            open.Push((from, middle));
        }
    }
}
