using BenchmarkDotNet.Attributes;
using CsvHelper;
using Ingest.Benchmarks.Data;
using Ingest.Buffers;
using Ingest.Formats.Csv;

namespace Ingest.Benchmarks;

/// <summary>
/// MB/s of cutting 1 MiB of the narrow data into records and fields, and of finding its last record boundary.
/// <c>dotnet run -c Release --project tests/Ingest.Benchmarks -- --filter '*Tokenizer*'</c>
/// </summary>
[Config(typeof(Throughput))]
public class TokenizerBenchmarks
{
    private static readonly CsvDialect Dialect = new((byte)',', (byte)'"', (byte)'"', 0);

    private readonly CsvTokenizer tokenizer = new(Dialect);
    private readonly RecordBoundary boundary = new(Dialect);
    private readonly CsvReaderOptions options = new() { Separator = ',', HasHeader = false };
    private byte[] text = [];
    private CsvBlock? block;

    [GlobalSetup]
    public void Setup()
    {
        text = DatasetFile.Text(new NarrowData(), Throughput.Bytes);
        var chunk = ChunkPool.Rent(text.Length + CsvBlock.Padding);
        text.CopyTo(chunk.Span);
        block = new(chunk, text.Length);
    }

    [GlobalCleanup]
    public void Cleanup() => block!.Release();

    [Benchmark(Baseline = true)]
    public int CsvHelper()
    {
        using var reader = CsvReader.Create(text, options);
        var fields = 0;
        while (reader.Read()) fields += reader.FieldCount;
        return fields;
    }

    [Benchmark]
    public int Tokenizer()
    {
        var fields = 0;
        tokenizer.Begin(block!);
        while (tokenizer.MoveNext()) fields += tokenizer.FieldCount;
        return fields;
    }

    [Benchmark]
    public int Boundary() => boundary.FindLast(text);
}
