using System.Runtime.CompilerServices;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>How an integer lies in its slot. A type parameter, not an interface call: every value goes through it.</summary>
internal interface IIntegerSlot
{
    /// <summary>The value.</summary>
    static abstract Int128 Read(ColumnVector vector, int slot);

    /// <summary>The value, where 64 bits hold it: false for the upper half of unsigned 64-bit integers.</summary>
    static abstract bool TryRead(ColumnVector vector, int slot, out long value);
}

/// <summary>INT32, signed.</summary>
internal readonly struct SignedInt32 : IIntegerSlot
{
    /// <inheritdoc/>
    public static Int128 Read(ColumnVector vector, int slot) => vector.Int32s[slot];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ColumnVector vector, int slot, out long value)
    {
        value = vector.Int32s[slot];
        return true;
    }
}

/// <summary>INT32, unsigned.</summary>
internal readonly struct UnsignedInt32 : IIntegerSlot
{
    /// <inheritdoc/>
    public static Int128 Read(ColumnVector vector, int slot) => (uint)vector.Int32s[slot];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ColumnVector vector, int slot, out long value)
    {
        value = (uint)vector.Int32s[slot];
        return true;
    }
}

/// <summary>INT64, signed.</summary>
internal readonly struct SignedInt64 : IIntegerSlot
{
    /// <inheritdoc/>
    public static Int128 Read(ColumnVector vector, int slot) => vector.Int64s[slot];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ColumnVector vector, int slot, out long value)
    {
        value = vector.Int64s[slot];
        return true;
    }
}

/// <summary>INT64, unsigned.</summary>
internal readonly struct UnsignedInt64 : IIntegerSlot
{
    /// <inheritdoc/>
    public static Int128 Read(ColumnVector vector, int slot) => (ulong)vector.Int64s[slot];

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ColumnVector vector, int slot, out long value)
    {
        value = vector.Int64s[slot];
        return value >= 0;
    }
}
