using System.Text;
using BenchmarkDotNet.Attributes;
using Ingest.Convert;

namespace Ingest.Benchmarks;

/// <summary>
/// Nanoseconds per value, from UTF-8 text to binary COPY. Each call converts 1,024 different values, so that branches are
/// predicted as in a real column. <c>dotnet run -c Release --project tests/Ingest.Benchmarks -- --filter '*Convert*'</c>
/// </summary>
[MemoryDiagnoser]
public class ConvertBenchmarks
{
    private const int Values = 1024;

    private readonly RowBuffer row = new(1 << 20);
    private byte[][][] rows = [];
    private FieldEncoder?[] encoders = [];

    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        uint[] types =
        [
            TypeOids.Int8, TypeOids.Text, TypeOids.Numeric, TypeOids.Int4, TypeOids.Bool,
            TypeOids.Date, TypeOids.TimestampTz, TypeOids.Text, TypeOids.Text, TypeOids.Float8,
        ];
        encoders = [.. types.Select(oid => EncoderCatalog.Find(new PgType(oid, "pg_catalog", "", 'b', -1, ""), new ConvertOptions()))];
        rows = [.. Enumerable.Range(0, Values).Select(i => MakeRow(random, i))];
    }

    [GlobalCleanup]
    public void Cleanup() => row.Dispose();

    [Benchmark(OperationsPerInvoke = Values)]
    public int BigInt() => Column(0);

    [Benchmark(OperationsPerInvoke = Values)]
    public int Text() => Column(1);

    [Benchmark(OperationsPerInvoke = Values)]
    public int Numeric() => Column(2);

    [Benchmark(OperationsPerInvoke = Values)]
    public int Date() => Column(5);

    [Benchmark(OperationsPerInvoke = Values)]
    public int TimestampTz() => Column(6);

    [Benchmark(OperationsPerInvoke = Values)]
    public int DoublePrecision() => Column(9);

    /// <summary>bigint, text, numeric, int, bool, date, timestamptz, text, NULL, float8: empty fields are NULL.</summary>
    [Benchmark(OperationsPerInvoke = Values)]
    public int RowOfTenColumns()
    {
        row.Length = 0;
        foreach (var fields in rows)
        {
            for (var column = 0; column < fields.Length; column++)
            {
                if (fields[column].Length == 0) row.WriteNull();
                else if (encoders[column]!.Encode(fields[column], row) != ConversionFailure.None) throw new FormatException();
            }
        }

        return row.Length;
    }

    [Benchmark(OperationsPerInvoke = Values)]
    public ulong KeyHash()
    {
        var hash = CanonicalKeyHash.Empty;
        foreach (var fields in rows) hash ^= CanonicalKeyHash.Add(CanonicalKeyHash.Empty, fields[7], KeyEquality.Bytes);
        return hash;
    }

    private static byte[][] MakeRow(Random random, int i)
    {
        var day = new DateTime(2015, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds(random.NextInt64(300_000_000)).AddMicroseconds(random.Next(1_000_000));
        string[] fields =
        [
            $"{random.NextInt64(10_000_000_000)}", $"customer-{random.Next(1_000_000):D8}", $"{random.Next(10_000_000) / 100m:F2}", $"{random.Next(100_000)}",
            i % 3 == 0 ? "true" : "f", $"{day:yyyy-MM-dd}", $"{day:yyyy-MM-dd HH:mm:ss.ffffff}+00", $"a longer text of some words, {random.Next()}", "",
            $"{random.Next(1_000_000) / 1000.0:R}",
        ];
        return [.. fields.Select(Encoding.UTF8.GetBytes)];
    }

    private int Column(int column)
    {
        row.Length = 0;
        var encoder = encoders[column]!;
        foreach (var fields in rows)
        {
            if (encoder.Encode(fields[column], row) != ConversionFailure.None) throw new FormatException();
        }

        return row.Length;
    }
}
