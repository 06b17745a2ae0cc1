using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace Ingest.Benchmarks;

/// <summary>For benchmarks that go through <see cref="Bytes"/> bytes at each call: adds MB/s (10⁶ bytes) and what is allocated.</summary>
internal sealed class Throughput : ManualConfig
{
    /// <summary>The bytes of text of one call; less than a row more, so that rows are whole.</summary>
    public const int Bytes = 1 << 20;

    public Throughput()
    {
        AddColumn(new RateColumn());
        AddDiagnoser(MemoryDiagnoser.Default);
    }

    private sealed class RateColumn : IColumn
    {
        public string Id => nameof(RateColumn);

        public string ColumnName => "MB/s";

        public string Legend => "Text gone through per second, in 10^6 bytes";

        public bool AlwaysShow => true;

        public ColumnCategory Category => ColumnCategory.Statistics;

        public int PriorityInCategory => 0;

        public bool IsNumeric => true;

        public UnitType UnitType => UnitType.Dimensionless;

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
            summary[benchmarkCase]?.ResultStatistics is { } statistics
                ? (Bytes * 1e3 / statistics.Mean).ToString("F0", CultureInfo.InvariantCulture)
                : "?";

        public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

        public bool IsAvailable(Summary summary) => true;

        public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;
    }
}
