using System.Diagnostics;
using Ingest.Benchmarks.Data;
using Ingest.Benchmarks.Race;
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

    private const int Rounds = 3;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(3);

    /// <summary>The median rate, and what a second of CPU is worth: on a busy machine the second says more.</summary>
    /// <param name="threads">The threads, each of which decodes blocks of its own.</param>
    public static (double PerSecond, double PerCpuSecond) Measure(int threads)
    {
        var text = DatasetFile.Text(new NarrowData(), BlockBytes);
        var blocks = Enumerable.Range(0, threads * BlocksPerThread).Select(_ => NarrowDecoding.Block(text)).ToArray();
        try
        {
            Rate(blocks, threads, WarmUp);
            var rates = Enumerable.Range(0, Rounds).Select(_ => Rate(blocks, threads, Window)).ToArray();
            return (Measurement.Median(rates.Select(r => r.PerSecond)), Measurement.Median(rates.Select(r => r.PerCpuSecond)));
        }
        finally
        {
            foreach (var block in blocks) block.Release();
        }
    }

    private static (double PerSecond, double PerCpuSecond) Rate(CsvBlock[] blocks, int threads, TimeSpan window)
    {
        var cpuBefore = Environment.CpuUsage.TotalTime;
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
        var megabytes = bytes.Sum() / 1e6;
        return (megabytes / clock.Elapsed.TotalSeconds, megabytes / (Environment.CpuUsage.TotalTime - cpuBefore).TotalSeconds);
    }
}
