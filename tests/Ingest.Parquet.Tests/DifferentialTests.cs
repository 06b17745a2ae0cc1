using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

/// <summary>Every value of every file, as we read it and as DuckDB does.</summary>
public sealed class DifferentialTests(DuckDb duckDb) : IClassFixture<DuckDb>
{
    // Files that DuckDB cannot read, or reads wrongly; CorpusTests says what is checked instead.
    private static readonly Dictionary<string, string> NotCompared = new()
    {
        ["byte_stream_split_extended.gzip.parquet"] = "DuckDB reads BYTE_STREAM_SPLIT of floating point only",
        ["datapage_v1-corrupt-checksum.parquet"] = "the checksum is wrong: refused",
        ["rle-dict-uncompressed-corrupt-checksum.parquet"] = "the checksum is wrong: refused",
        ["hadoop_lz4_compressed.parquet"] = "DuckDB has no LZ4 of Hadoop",
        ["hadoop_lz4_compressed_larger.parquet"] = "DuckDB has no LZ4 of Hadoop",
        ["non_hadoop_lz4_compressed.parquet"] = "DuckDB has no LZ4 of Hadoop",
        ["int96_from_spark.parquet"] = "DuckDB wraps the timestamp that 64 bits of microseconds do not hold",
        ["large_string_map.brotli.parquet"] = "over the limit of a dictionary page: refused",
        ["map_no_value.parquet"] = "DuckDB refuses a map without values",
    };

    [SkippableFact]
    public void Every_value_of_every_file_is_the_one_that_DuckDB_reads()
    {
        Skip.If(duckDb.Missing is not null, duckDb.Missing ?? "");
        var files = Corpora.Good().Where(f => !NotCompared.ContainsKey(Path.GetFileName(f))).ToArray();
        Assert.NotEmpty(files);
        var theirs = duckDb.Read(files);
        var differences = files.Select((file, i) => Compare(file, theirs[i])).OfType<string>().ToArray();
        Assert.True(differences.Length == 0, string.Join("\n", differences));
    }

    [SkippableFact]
    public void The_files_of_our_own_writer_are_the_same_to_DuckDB()
    {
        Skip.If(duckDb.Missing is not null, duckDb.Missing ?? "");
        var folder = Directory.CreateTempSubdirectory("ingest-parquet-");
        try
        {
            var files = WriteFiles(folder.FullName).ToArray();
            var theirs = duckDb.Read(files);
            var differences = files.Select((file, i) => theirs[i].Error is null ? Compare(file, theirs[i]) : null).OfType<string>().ToArray();
            Assert.True(differences.Length == 0, string.Join("\n", differences));
            Assert.Equal(files.Length, theirs.Count(t => t.Error is null));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<string> WriteFiles(string folder)
    {
        (PhysicalType Type, PageEncoding Encoding)[] cases =
        [
            (PhysicalType.Int32, PageEncoding.Plain), (PhysicalType.Int64, PageEncoding.RleDictionary),
            (PhysicalType.Int32, PageEncoding.DeltaBinaryPacked), (PhysicalType.Int64, PageEncoding.DeltaBinaryPacked),
            (PhysicalType.Float, PageEncoding.ByteStreamSplit), (PhysicalType.Double, PageEncoding.ByteStreamSplit),
            (PhysicalType.Boolean, PageEncoding.Plain), (PhysicalType.Boolean, PageEncoding.Rle),
            (PhysicalType.ByteArray, PageEncoding.Plain), (PhysicalType.ByteArray, PageEncoding.RleDictionary),
            (PhysicalType.ByteArray, PageEncoding.DeltaLengthByteArray), (PhysicalType.ByteArray, PageEncoding.DeltaByteArray),
        ];
        var random = new Random(5);
        foreach (var codec in new[] { CompressionCodec.Uncompressed, CompressionCodec.Snappy, CompressionCodec.Lz4Raw, CompressionCodec.Gzip })
        {
            foreach (var (type, encoding) in cases)
            {
                var column = RoundTripTests.RandomColumn(random, type, 0, 0.3, 900) with
                {
                    Encoding = encoding,
                    Codec = codec,
                    Version2 = random.Next(2) == 0,
                    Checksums = true,
                    RowsPerPage = 250,
                };
                var path = Path.Combine(folder, $"{type}-{encoding}-{codec}-{column.Version2}.parquet");
                File.WriteAllBytes(path, TestFile.Flat(column, 0, 900));
                yield return path;
            }
        }
    }

    private static string? Compare(string path, (string? Rows, string? Error) theirs)
    {
        var name = Path.GetFileName(path);
        if (theirs.Rows is null) return $"{name}: DuckDB cannot read it: {theirs.Error}";
        using var file = ParquetFile.Open(path);
        using var expected = File.ReadLines(theirs.Rows).Skip(1).GetEnumerator();
        var row = 0L;
        foreach (var line in Canonical.Rows(file))
        {
            if (!expected.MoveNext()) return $"{name}: DuckDB has {row} rows, we have more";
            if (line != expected.Current) return $"{name}, row {row}:\n  ours   {line}\n  DuckDB {expected.Current}";
            row++;
        }
        return expected.MoveNext() ? $"{name}: we have {row} rows, DuckDB has more" : null;
    }
}
