using BenchmarkDotNet.Attributes;
using Ingest.Benchmarks.Data;
using Ingest.Formats.Csv;

namespace Ingest.Benchmarks;

/// <summary>
/// MB/s of turning blocks of the narrow data into binary COPY rows, by one decoder: what one core does for a load.
/// <c>dotnet run -c Release --project tests/Ingest.Benchmarks -- --filter '*Decode*'</c>
/// </summary>
[Config(typeof(Throughput))]
public class DecodeBenchmarks
{
    private CsvBlock? block;
    private CsvDecoder? decoder;

    /// <summary>The lanes that rows are dealt to.</summary>
    [Params(1, 2)]
    public int Lanes { get; set; }

    /// <summary>Whether rows go to their lane by key, as in an upsert, or by place.</summary>
    [Params(true, false)]
    public bool Keyed { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        block = NarrowDecoding.Block(DatasetFile.Text(new NarrowData(), Throughput.Bytes));
        decoder = NarrowDecoding.NewDecoder(Lanes, Keyed);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        decoder!.Dispose();
        block!.Release();
    }

    [Benchmark]
    public int Decode() => NarrowDecoding.Decode(decoder!, block!);
}
