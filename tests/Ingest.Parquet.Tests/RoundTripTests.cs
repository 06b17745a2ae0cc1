using System.Runtime.InteropServices;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

/// <summary>Every type in every encoding, codec and page version, written by the tests' own writer.</summary>
public sealed class RoundTripTests
{
    private static readonly (PhysicalType Type, int Length, PageEncoding[] Encodings)[] Types =
    [
        (PhysicalType.Boolean, 0, [PageEncoding.Plain, PageEncoding.Rle]),
        (PhysicalType.Int32, 0, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.PlainDictionary, PageEncoding.DeltaBinaryPacked, PageEncoding.ByteStreamSplit]),
        (PhysicalType.Int64, 0, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.DeltaBinaryPacked, PageEncoding.ByteStreamSplit]),
        (PhysicalType.Int96, 12, [PageEncoding.Plain, PageEncoding.PlainDictionary]),
        (PhysicalType.Float, 0, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.ByteStreamSplit]),
        (PhysicalType.Double, 0, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.ByteStreamSplit]),
        (PhysicalType.ByteArray, 0, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.DeltaLengthByteArray, PageEncoding.DeltaByteArray]),
        (PhysicalType.FixedLenByteArray, 7, [PageEncoding.Plain, PageEncoding.RleDictionary, PageEncoding.ByteStreamSplit, PageEncoding.DeltaByteArray]),
    ];

    /// <summary>Every page that can be is decompressed in pieces.</summary>
    internal static ParquetLimits InPieces { get; } = new() { WholePagesBytes = 0, SmallestPieces = 0 };

    public static TheoryData<CompressionCodec, bool> CodecsAndVersions()
    {
        var data = new TheoryData<CompressionCodec, bool>();
        foreach (var codec in Enum.GetValues<CompressionCodec>().Where(c => c != CompressionCodec.Lzo))
        {
            data.Add(codec, false);
            data.Add(codec, true);
        }
        return data;
    }

    [SkippableTheory]
    [MemberData(nameof(CodecsAndVersions))]
    public void Every_type_and_encoding_reads_back_in_slices_of_any_size(CompressionCodec codec, bool version2)
    {
        Skip.If(codec == CompressionCodec.Zstd && !NativeLibrary.TryLoad("libzstd.so.1", out _), "libzstd.so.1 is not on this machine");
        var random = new Random(7 + (int)codec);
        foreach (var (type, length, encodings) in Types)
        {
            foreach (var encoding in encodings)
            {
                foreach (var nullShare in new[] { -1.0, 0, 0.5, 1 })
                {
                    var column = RandomColumn(random, type, length, nullShare, random.Next(0, 700)) with
                    {
                        Encoding = encoding,
                        Codec = codec,
                        Version2 = version2,
                        Checksums = random.Next(2) == 0,
                        RowsPerPage = random.Next(1, 400),
                        DictionaryPages = random.Next(4) == 0 ? 1 : int.MaxValue,
                        BitPackedLevels = !version2 && random.Next(3) == 0,
                    };
                    var bytes = TestFile.Flat(column, length, column.Definitions.Count);
                    foreach (var slice in new[] { 1, 7, 100, 10_000 }) AssertReadsBack(column, bytes, slice);
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Levels_of_a_repeated_column_read_back_with_rows_across_pages(bool version2)
    {
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var column = RandomLists(random, rows: random.Next(0, 200)) with
            {
                Version2 = version2,
                RowsPerPage = random.Next(1, 50),
                Encoding = random.Next(2) == 0 ? PageEncoding.Plain : PageEncoding.RleDictionary,
            };
            var rows = column.Repetitions.Count(r => r == 0);
            var bytes = new TestFile(
                new TestNode("root", Repetition.Required, Children: 1),
                new TestNode("l", Repetition.Optional, Children: 1, Converted: 3),
                new TestNode("list", Repetition.Repeated, Children: 1),
                new TestNode("element", Repetition.Optional, PhysicalType.Int32)).AddRowGroup(rows, column).ToArray();
            foreach (var slice in new[] { 1, 13, 10_000 }) AssertReadsBack(column, bytes, slice);
        }
    }

    [Fact]
    public void A_slice_that_is_kept_survives_its_reader_and_later_slices()
    {
        var random = new Random(3);
        var column = RandomColumn(random, PhysicalType.ByteArray, 0, 0.2, 5000) with { RowsPerPage = 700, Codec = CompressionCodec.Snappy };
        using var file = ParquetFile.Open(new MemoryByteSource("kept", TestFile.Flat(column, 0, 5000)), new ParquetLimits { SliceRows = 300 });
        var slices = new List<RowSlice>();
        using (var reader = file.OpenRowGroup(0))
        {
            while (reader.ReadSlice() is { } slice) slices.Add(slice);
        }
        AssertEqual(column, slices);
    }

    internal static TestColumn RandomColumn(Random random, PhysicalType type, int length, double nullShare, int rows)
    {
        var definitions = new int[rows];
        var values = new List<byte[]>();
        var isRun = false;
        for (var i = 0; i < rows; i++)
        {
            // Stretches of equal levels and values make runs; the others make bit-packed groups.
            if (random.Next(30) == 0) isRun = !isRun;
            definitions[i] = nullShare < 0 ? 0 : isRun && i > 0 ? definitions[i - 1] : random.NextDouble() < nullShare ? 0 : 1;
            if (nullShare >= 0 && definitions[i] == 0) continue;
            values.Add(isRun && values.Count > 0 ? values[^1] : RandomValue(random, type, length));
        }
        return new TestColumn
        {
            Type = type,
            Path = ["c"],
            MaxDefinition = nullShare < 0 ? 0 : 1,
            Definitions = definitions,
            Repetitions = new int[rows],
            Values = values,
        };
    }

    internal static TestColumn RandomLists(Random random, int rows)
    {
        var definitions = new List<int>();
        var repetitions = new List<int>();
        var values = new List<byte[]>();
        for (var row = 0; row < rows; row++)
        {
            var count = random.Next(5) == 0 ? random.Next(0, 300) : random.Next(-1, 4);
            repetitions.Add(0);
            if (count <= 0) definitions.Add(count + 1);
            for (var i = 0; i < count; i++)
            {
                if (i > 0) repetitions.Add(1);
                definitions.Add(random.Next(4) == 0 ? 2 : 3);
                if (definitions[^1] == 3) values.Add(BitConverter.GetBytes(random.Next(40)));
            }
        }
        return new TestColumn
        {
            Type = PhysicalType.Int32,
            Path = ["l", "list", "element"],
            MaxDefinition = 3,
            MaxRepetition = 1,
            Definitions = definitions,
            Repetitions = repetitions,
            Values = values,
        };
    }

    private static byte[] RandomValue(Random random, PhysicalType type, int length)
    {
        switch (type)
        {
            case PhysicalType.Boolean: return [(byte)random.Next(2)];
            case PhysicalType.Int32: return BitConverter.GetBytes(random.Next(3) == 0 ? random.Next(int.MinValue, int.MaxValue) : random.Next(100));
            case PhysicalType.Int64: return BitConverter.GetBytes(random.Next(3) == 0 ? random.NextInt64(long.MinValue, long.MaxValue) : random.Next(100));
            case PhysicalType.Float: return BitConverter.GetBytes(random.NextSingle());
            case PhysicalType.Double: return BitConverter.GetBytes(random.NextDouble());
            default:
                var bytes = new byte[type == PhysicalType.ByteArray ? random.Next(0, 40) : length];
                random.NextBytes(bytes);
                if (random.Next(2) == 0) bytes.AsSpan(0, bytes.Length / 2).Fill(65);
                return bytes;
        }
    }

    private static void AssertReadsBack(TestColumn column, byte[] bytes, int sliceRows)
    {
        AssertReadsBack(column, bytes, sliceRows, new ParquetLimits());
        AssertReadsBack(column, bytes, sliceRows, InPieces);
    }

    private static void AssertReadsBack(TestColumn column, byte[] bytes, int sliceRows, ParquetLimits limits)
    {
        using var file = ParquetFile.Open(new MemoryByteSource("test", bytes), limits with { SliceRows = sliceRows });
        using var reader = file.OpenRowGroup(0);
        var slices = new List<RowSlice>();
        while (reader.ReadSlice() is { } slice) slices.Add(slice);
        Assert.All(slices, s => Assert.InRange(s.RowCount, 1, sliceRows));
        AssertEqual(column, slices);
    }

    private static void AssertEqual(TestColumn column, List<RowSlice> slices)
    {
        int entry = 0, value = 0;
        foreach (var slice in slices)
        {
            var vector = slice.Columns[0];
            for (var slot = 0; slot < vector.EntryCount; slot++, entry++)
            {
                if (column.MaxDefinition > 0) Assert.Equal(column.Definitions[entry], vector.DefinitionLevels[slot]);
                if (column.MaxRepetition > 0) Assert.Equal(column.Repetitions[entry], vector.RepetitionLevels[slot]);
                if (!vector.IsNull(slot)) Assert.Equal(column.Values[value++], ValueOf(vector, slot));
            }
            slice.Dispose();
        }
        Assert.Equal(column.Definitions.Count, entry);
        Assert.Equal(column.Values.Count, value);
    }

    private static byte[] ValueOf(ColumnVector vector, int slot) => vector.Kind switch
    {
        VectorKind.Boolean => [vector.Booleans[slot] ? (byte)1 : (byte)0],
        VectorKind.Int32 => BitConverter.GetBytes(vector.Int32s[slot]),
        VectorKind.Int64 => BitConverter.GetBytes(vector.Int64s[slot]),
        VectorKind.Float => BitConverter.GetBytes(vector.Floats[slot]),
        VectorKind.Double => BitConverter.GetBytes(vector.Doubles[slot]),
        _ => vector.Bytes(slot).ToArray(),
    };
}
