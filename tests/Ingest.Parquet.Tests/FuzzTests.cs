using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

/// <summary>
/// Mutated files: whatever is in them, reading ends in rows or in a <see cref="ParquetException"/>, without memory out
/// of proportion. The mutations are seeded; INGEST_FUZZ_ROUNDS asks for more of them.
/// </summary>
public sealed class FuzzTests
{
    private const long MaxAllocation = 96 << 20;
    private const int MaxSlices = 50;

    private static readonly ParquetLimits Limits = new()
    {
        MaxPageBytes = 4 << 20,
        MaxDictionaryBytes = 4 << 20,
        MaxRowBytes = 8 << 20,
        MaxRowEntries = 1 << 20,
        SliceBytes = 8 << 20,
        SliceRows = 4096,
    };

    private static readonly ParquetLimits LimitsInPieces = Limits with { WholePagesBytes = 0, SmallestPieces = 0 };

    [Fact]
    public void A_mutated_file_ends_in_rows_or_in_a_ParquetException()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("INGEST_FUZZ_ROUNDS"), out var asked) ? asked : 40;
        var seeds = Seeds().ToArray();
        Assert.NotEmpty(seeds);
        var refused = 0;
        for (var i = 0; i < seeds.Length * rounds; i++)
        {
            var (name, bytes) = seeds[i % seeds.Length];
            var mutated = Mutator.Mutate(bytes, new Random(i));
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                // The seeds of one round after the other: each file is read in both ways.
                ReadAll(mutated, i / seeds.Length % 2 == 0 ? Limits : LimitsInPieces);
            }
            // What no check foresaw is refused too, and is a check that is missing.
            catch (ParquetException e) when (!IsUnforeseen(e.InnerException))
            {
                refused++;
            }
            catch (Exception e)
            {
                Assert.Fail($"{name}, seed {i}: {e}");
            }
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < MaxAllocation, $"{name}, seed {i}: {allocated} bytes were allocated for a file of {mutated.Length}");
        }
        Assert.InRange(refused, seeds.Length, (seeds.Length * rounds) - 1);
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused()
    {
        var bytes = File.ReadAllBytes(Path.Combine(Corpora.Own, "types_snappy_v1.parquet"));
        for (var length = 0; length < bytes.Length; length++)
        {
            var cut = bytes[..length];
            Assert.Throws<ParquetException>(() => ReadAll(cut, Limits));
            Assert.Throws<ParquetException>(() => ReadAll(cut, LimitsInPieces));
        }
    }

    private static IEnumerable<(string Name, byte[] Bytes)> Seeds()
    {
        var files = Corpora.Good().Concat(Corpora.SharedFiles("parquet-testing", "bad_data"));
        foreach (var path in files.Where(f => new FileInfo(f).Length <= 32 << 10)) yield return (Path.GetFileName(path), File.ReadAllBytes(path));
        var random = new Random(1);
        foreach (var encoding in Enum.GetValues<PageEncoding>().Where(e => e != PageEncoding.BitPacked))
        {
            foreach (var version2 in new[] { false, true })
            {
                var type = encoding switch
                {
                    PageEncoding.Rle => PhysicalType.Boolean,
                    PageEncoding.DeltaBinaryPacked => PhysicalType.Int32,
                    PageEncoding.ByteStreamSplit => PhysicalType.Double,
                    _ => PhysicalType.ByteArray,
                };
                var column = RoundTripTests.RandomColumn(random, type, 0, 0.3, 300) with
                {
                    Encoding = encoding,
                    Version2 = version2,
                    RowsPerPage = 100,
                    BitPackedLevels = !version2 && encoding == PageEncoding.Plain,
                };
                yield return ($"written {encoding} {version2}", TestFile.Flat(column, 0, 300));
            }
        }
    }

    private static bool IsUnforeseen(Exception? inner) =>
        inner is IndexOutOfRangeException or ArgumentException or ArithmeticException or NullReferenceException;

    private static void ReadAll(byte[] bytes, ParquetLimits limits)
    {
        using var file = ParquetFile.Open(new MemoryByteSource("fuzz", bytes), limits);
        var slices = 0;
        for (var group = 0; group < file.Metadata.RowGroups.Count; group++)
        {
            using var reader = file.OpenRowGroup(group);
            // A short file may truly stand for billions of nulls; they come slice by slice, and some are enough.
            while (slices++ < MaxSlices && reader.ReadSlice() is { } slice)
            {
                using (slice) Walk(file, slice);
            }
        }
    }

    private static void Walk(ParquetFile file, RowSlice slice)
    {
        var visitor = default(TouchingVisitor);
        foreach (var field in file.Schema.Fields)
        {
            var reader = new NestedReader(slice, field);
            for (var row = 0; row < slice.RowCount; row++) reader.Read(row, ref visitor);
        }
    }

    /// <summary>Looks at every byte of every value.</summary>
    private struct TouchingVisitor : IValueVisitor
    {
        public int Sum;

        public void Scalar(ColumnVector vector, int slot)
        {
            if (vector.Kind != VectorKind.Bytes) return;
            foreach (var b in vector.Bytes(slot)) Sum += b;
        }

        public readonly void Null(ValueShape shape)
        {
        }

        public readonly void BeginStruct(ValueShape shape)
        {
        }

        public readonly void Field(ValueShape field)
        {
        }

        public readonly void EndStruct(ValueShape shape)
        {
        }

        public readonly void BeginList(ValueShape shape)
        {
        }

        public readonly void Element(int index)
        {
        }

        public readonly void EndList(ValueShape shape)
        {
        }

        public readonly void BeginMap(ValueShape shape)
        {
        }

        public readonly void Key(int index)
        {
        }

        public readonly void Value()
        {
        }

        public readonly void EndMap(ValueShape shape)
        {
        }
    }
}
