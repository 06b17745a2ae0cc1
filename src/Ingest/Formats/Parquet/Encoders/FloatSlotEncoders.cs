// float4, float8: IEEE 754, big-endian (float4recv, float8recv); int2, int4, int8: big-endian (int2recv, int4recv, int8recv).
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Ingest.Convert;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>FLOAT, DOUBLE or FLOAT16 into float4; a double is rounded, and refused where nothing of it would be left (dtof, float.c).</summary>
internal readonly struct Float4Value : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var value = FloatSlot.Read(vector, slot);
        var single = (float)value;
        if ((float.IsInfinity(single) && !double.IsInfinity(value)) || (single == 0 && value != 0)) return ConversionFailure.OutOfRange;
        row.WriteInt32(BitConverter.SingleToInt32Bits(single));
        return ConversionFailure.None;
    }
}

/// <summary>FLOAT, DOUBLE or FLOAT16 into float8, exactly.</summary>
internal readonly struct Float8Value : ISlotValue
{
    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        row.WriteInt64(BitConverter.DoubleToInt64Bits(FloatSlot.Read(vector, slot)));
        return ConversionFailure.None;
    }
}

/// <summary>
/// FLOAT, DOUBLE or FLOAT16 into an integer type: the number itself, of which the digits that print it may be a neighbour;
/// one with a fraction does not fit, as of DECIMAL.
/// </summary>
/// <param name="bytes">The type's size.</param>
internal readonly struct FloatToIntegerValue(int bytes) : ISlotValue
{
    private readonly double end = Math.ScaleB(1, (8 * bytes) - 1);

    /// <inheritdoc/>
    public ConversionFailure Encode(ColumnVector vector, int slot, RowBuffer row)
    {
        var value = FloatSlot.Read(vector, slot);
        // NaN is not equal to itself.
        if (Math.Truncate(value) != value) return ConversionFailure.InvalidSyntax;
        if (value < -end || value >= end) return ConversionFailure.OutOfRange;
        switch (bytes)
        {
            case sizeof(short): row.WriteInt16((short)value); break;
            case sizeof(int): row.WriteInt32((int)value); break;
            default: row.WriteInt64((long)value); break;
        }
        return ConversionFailure.None;
    }
}

/// <summary>Reads floating-point values of any width.</summary>
internal static class FloatSlot
{
    /// <summary>The value; FLOAT16 has two bytes, little-endian.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Read(ColumnVector vector, int slot) =>
        vector.Kind == VectorKind.Double ? vector.Doubles[slot] : ReadNarrow(vector, slot);

    private static double ReadNarrow(ColumnVector vector, int slot) =>
        vector.Kind == VectorKind.Float ? vector.Floats[slot] : (double)BinaryPrimitives.ReadHalfLittleEndian(vector.Bytes(slot));
}
