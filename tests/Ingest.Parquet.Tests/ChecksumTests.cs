using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Sources;
using Ingest.Parquet.Tests.Writing;

namespace Ingest.Parquet.Tests;

public sealed class ChecksumTests
{
    [Theory]
    [InlineData(false, CompressionCodec.Uncompressed)]
    [InlineData(true, CompressionCodec.Uncompressed)]
    [InlineData(false, CompressionCodec.Snappy)]
    [InlineData(true, CompressionCodec.Snappy)]
    public void A_flipped_bit_in_a_page_with_a_checksum_is_found(bool version2, CompressionCodec codec)
    {
        var column = RoundTripTests.RandomColumn(new Random(1), PhysicalType.Int64, 0, -1, 50) with
        {
            Checksums = true,
            Version2 = version2,
            Codec = codec,
        };
        var bytes = TestFile.Flat(column, 0, 50);
        int from, to;
        using (var file = Open(bytes))
        {
            var chunk = file.Metadata.RowGroups[0].Columns[0];
            // The header is not covered; the body is what follows its last bytes.
            to = (int)(chunk.FirstPageOffset + chunk.CompressedBytes);
            from = to - (codec == CompressionCodec.Uncompressed ? 400 : 50);
        }
        for (var at = from; at < to; at++)
        {
            var broken = bytes.ToArray();
            broken[at] ^= 4;
            foreach (var limits in new[] { ParquetLimits.Default, RoundTripTests.InPieces })
            {
                using var file = Open(broken, limits);
                using var reader = file.OpenRowGroup(0);
                Assert.Equal(ParquetError.Checksum, Assert.Throws<ParquetException>(() => reader.ReadSlice()).Error);
            }
        }
    }

    private static ParquetFile Open(byte[] bytes, ParquetLimits? limits = null) => ParquetFile.Open(new MemoryByteSource("checksum", bytes), limits);
}
