using System.Diagnostics;
using Ingest.Benchmarks.Data;
using Ingest.Formats.Csv;

namespace Ingest.Benchmarks;

/// <summary>
/// MB/s (10⁶ bytes) of decode + convert + route of the narrow data, keyed, dealt to two lanes behind which is nothing:
/// the most that a load can reach on so many cores.
/// </summary>
internal static class DecodeRate
{
    private const int Lanes = 2;

    private const int BlockBytes = 1 << 20;

    // More text than a core's own caches hold, as in a load.
    private const int BlocksPerThread = 16;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>The median rate of several measurements.</summary>
    /// <param name="threads">The threads, each of which decodes blocks of its own.</param>
    /// <param name="rounds">How many measurements.</param>
    public static double Measure(int threads, int rounds)
    {
        var text = DatasetFile.Text(new NarrowData(), BlockBytes);
        var blocks = Enumerable.Range(0, threads * BlocksPerThread).Select(_ => NarrowDecoding.Block(text)).ToArray();
        try
        {
            Rate(blocks, threads, WarmUp);
            var rates = Enumerable.Range(0, rounds).Select(_ => Rate(blocks, threads, Window)).Order().ToArray();
            return rates[rates.Length / 2];
        }
        finally
        {
            foreach (var block in blocks) block.Release();
        }
    }

    private static double Rate(CsvBlock[] blocks, int threads, TimeSpan window)
    {
        var clock = Stopwatch.StartNew();
        var bytes = new long[threads];
        var workers = Enumerable.Range(0, threads).Select(i => new Thread(() =>
        {
            using var decoder = NarrowDecoding.NewDecoder(Lanes, keyed: true);
            var own = blocks.AsSpan(i * BlocksPerThread, BlocksPerThread);
            var done = 0L;
            for (var next = 0; clock.Elapsed < window; next = (next + 1) % own.Length)
            {
                NarrowDecoding.Decode(decoder, own[next]);
                done += own[next].Length;
            }
            bytes[i] = done;
        })).ToArray();
        foreach (var worker in workers) worker.Start();
        foreach (var worker in workers) worker.Join();
        return bytes.Sum() / clock.Elapsed.TotalSeconds / 1e6;
    }
}
