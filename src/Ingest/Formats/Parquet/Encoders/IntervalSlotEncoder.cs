// interval: int64 microseconds, int32 days, int32 months (interval_recv).
using System.Buffers.Binary;
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>INTERVAL (months, days, milliseconds: unsigned, little-endian) into interval.</summary>
internal sealed class IntervalSlotEncoder : SlotEncoder
{
    private const int Size = 16;
    private const long MicrosPerMilli = 1000;

    /// <inheritdoc/>
    public override ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var bytes = vector.Bytes(slot);
        var months = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var days = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (months > int.MaxValue || days > int.MaxValue) return ConversionFailure.DatetimeOverflow;
        var room = row.Reserve(4 + Size);
        BinaryPrimitives.WriteInt32BigEndian(room, Size);
        BinaryPrimitives.WriteInt64BigEndian(room[4..], BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) * MicrosPerMilli);
        BinaryPrimitives.WriteInt32BigEndian(room[12..], (int)days);
        BinaryPrimitives.WriteInt32BigEndian(room[16..], (int)months);
        row.Advance(4 + Size);
        return ConversionFailure.None;
    }
}
