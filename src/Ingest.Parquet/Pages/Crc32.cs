using System.Buffers.Binary;

namespace Ingest.Parquet.Pages;

/// <summary>
/// The checksum of pages (README.md, "Checksumming"): CRC-32 of gzip, polynomial 0xEDB88320, eight bytes a step. The
/// framework has only CRC-32C.
/// </summary>
internal static class Crc32
{
    private static readonly uint[] Tables = BuildTables();

    /// <summary>The checksum of <paramref name="data"/> behind bytes whose checksum is <paramref name="before"/>.</summary>
    public static uint Compute(ReadOnlySpan<byte> data, uint before = 0)
    {
        var tables = Tables.AsSpan(0, 8 * 256);
        var crc = ~before;
        while (data.Length >= 8)
        {
            var low = crc ^ BinaryPrimitives.ReadUInt32LittleEndian(data);
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = tables[(7 * 256) + (int)(low & 0xFF)]
                ^ tables[(6 * 256) + (int)((low >> 8) & 0xFF)]
                ^ tables[(5 * 256) + (int)((low >> 16) & 0xFF)]
                ^ tables[(4 * 256) + (int)(low >> 24)]
                ^ tables[(3 * 256) + (int)(high & 0xFF)]
                ^ tables[(2 * 256) + (int)((high >> 8) & 0xFF)]
                ^ tables[256 + (int)((high >> 16) & 0xFF)]
                ^ tables[(int)(high >> 24)];
            data = data[8..];
        }
        foreach (var next in data) crc = (crc >> 8) ^ tables[(int)((crc ^ next) & 0xFF)];
        return ~crc;
    }

    /// <exception cref="ParquetException">The checksums differ.</exception>
    public static void Check(uint expected, uint found)
    {
        if (found != expected) throw ParquetErrors.Checksum(expected, found);
    }

    private static uint[] BuildTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320u & (0u - (crc & 1)));
            tables[i] = crc;
        }
        for (var i = 256; i < tables.Length; i++)
        {
            var before = tables[i - 256];
            tables[i] = (before >> 8) ^ tables[before & 0xFF];
        }
        return tables;
    }
}
