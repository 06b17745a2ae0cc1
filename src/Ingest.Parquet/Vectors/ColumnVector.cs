using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Ingest.Parquet.Schema;

namespace Ingest.Parquet.Vectors;

/// <summary>
/// One column of a slice of rows. It has a slot for each entry: a value, a null, or the place of an empty list. A
/// column without repetition has one entry per row, so that a row's number is its slot; for a repeated column
/// <see cref="RowStarts"/> says where a row's entries begin. Valid until its <see cref="RowSlice"/> is disposed.
/// </summary>
public sealed class ColumnVector
{
    private readonly byte maxDefinition;
    private byte[] slots;
    private byte[] definitions;
    private byte[] repetitions;
    private int[] rowStarts;

    internal ColumnVector(LeafColumn column, int rowCount, int entryCount, int slotBytes)
    {
        Column = column;
        RowCount = rowCount;
        EntryCount = entryCount;
        Kind = KindOf(column.PhysicalType);
        maxDefinition = (byte)column.MaxDefinitionLevel;
        slots = BufferPool<byte>.Shared.Rent(Math.Max(1, checked(entryCount * slotBytes)));
        definitions = maxDefinition > 0 ? BufferPool<byte>.Shared.Rent(Math.Max(1, entryCount)) : [];
        repetitions = column.MaxRepetitionLevel > 0 ? BufferPool<byte>.Shared.Rent(Math.Max(1, entryCount)) : [];
        rowStarts = column.MaxRepetitionLevel > 0 ? BufferPool<int>.Shared.Rent(rowCount + 1) : [];
    }

    /// <summary>The column.</summary>
    public LeafColumn Column { get; }

    /// <summary>Which of the typed views has the values.</summary>
    public VectorKind Kind { get; }

    /// <summary>The number of rows.</summary>
    public int RowCount { get; }

    /// <summary>The number of slots; equal to <see cref="RowCount"/> unless the column is repeated.</summary>
    public int EntryCount { get; }

    /// <summary>The number of slots without a value.</summary>
    public int NullCount { get; internal set; }

    /// <summary>The definition level of each slot; empty for a column that cannot be null.</summary>
    public ReadOnlySpan<byte> DefinitionLevels => definitions.AsSpan(0, maxDefinition > 0 ? EntryCount : 0);

    /// <summary>The repetition level of each slot; empty for a column without repetition.</summary>
    public ReadOnlySpan<byte> RepetitionLevels => repetitions.AsSpan(0, Column.MaxRepetitionLevel > 0 ? EntryCount : 0);

    /// <summary>
    /// Repeated columns: the first slot of each row, and at the end <see cref="EntryCount"/>. Empty for others.
    /// </summary>
    public ReadOnlySpan<int> RowStarts => rowStarts.AsSpan(0, Column.MaxRepetitionLevel > 0 ? RowCount + 1 : 0);

    /// <summary>BOOLEAN values by slot. What a slot without a value holds means nothing, here and in the other views.</summary>
    public ReadOnlySpan<bool> Booleans => MemoryMarshal.Cast<byte, bool>(Slots<byte>(VectorKind.Boolean));

    /// <summary>INT32 values by slot.</summary>
    public ReadOnlySpan<int> Int32s => Slots<int>(VectorKind.Int32);

    /// <summary>INT64 values by slot.</summary>
    public ReadOnlySpan<long> Int64s => Slots<long>(VectorKind.Int64);

    /// <summary>FLOAT values by slot.</summary>
    public ReadOnlySpan<float> Floats => Slots<float>(VectorKind.Float);

    /// <summary>DOUBLE values by slot.</summary>
    public ReadOnlySpan<double> Doubles => Slots<double>(VectorKind.Double);

    internal long RetainedBytes => slots.Length + definitions.Length + repetitions.Length + (rowStarts.Length * (long)sizeof(int)) + ValueBytes;

    internal BufferList Buffers { get; } = new();

    private long ValueBytes
    {
        get
        {
            if (Kind != VectorKind.Bytes) return 0;
            var sum = 0L;
            var ranges = Slots<ByteRange>(VectorKind.Bytes);
            if (NullCount == 0)
            {
                foreach (ref readonly var range in ranges) sum += range.Length;
                return sum;
            }
            for (var slot = 0; slot < ranges.Length; slot++) sum += IsNull(slot) ? 0 : ranges[slot].Length;
            return sum;
        }
    }

    internal Span<byte> MutableDefinitions => definitions.AsSpan(0, maxDefinition > 0 ? EntryCount : 0);

    internal Span<byte> MutableRepetitions => repetitions.AsSpan(0, Column.MaxRepetitionLevel > 0 ? EntryCount : 0);

    internal Span<int> MutableRowStarts => rowStarts.AsSpan(0, Column.MaxRepetitionLevel > 0 ? RowCount + 1 : 0);

    /// <summary>Whether the slot has no value.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsNull(int slot) => maxDefinition > 0 && definitions[slot] != maxDefinition;

    /// <summary>
    /// The bytes of a slot of a BYTE_ARRAY, FIXED_LEN_BYTE_ARRAY or INT96 column. They lie in the page or dictionary
    /// that they came in, and are not copied.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> Bytes(int slot)
    {
        var range = Slots<ByteRange>(VectorKind.Bytes)[slot];
        return range.Length == 0 ? default : new ReadOnlySpan<byte>(Buffers.Arrays[range.Buffer], range.Start, range.Length);
    }

    internal Span<byte> MutableBytes => slots;

    internal Span<T> MutableSlots<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(slots.AsSpan())[..EntryCount];

    internal void Release()
    {
        Buffers.Release();
        Return(ref slots);
        Return(ref definitions);
        Return(ref repetitions);
        if (rowStarts.Length > 0) BufferPool<int>.Shared.Return(rowStarts);
        rowStarts = [];
    }

    private static VectorKind KindOf(PhysicalType type) => type switch
    {
        PhysicalType.Boolean => VectorKind.Boolean,
        PhysicalType.Int32 => VectorKind.Int32,
        PhysicalType.Int64 => VectorKind.Int64,
        PhysicalType.Float => VectorKind.Float,
        PhysicalType.Double => VectorKind.Double,
        _ => VectorKind.Bytes,
    };

    private static void Return(ref byte[] array)
    {
        if (array.Length > 0) BufferPool<byte>.Shared.Return(array);
        array = [];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<T> Slots<T>(VectorKind kind)
        where T : unmanaged
    {
        if (Kind != kind) ThrowKind(kind);
        return MemoryMarshal.Cast<byte, T>(new ReadOnlySpan<byte>(slots))[..EntryCount];
    }

    private void ThrowKind(VectorKind kind) =>
        throw new InvalidOperationException($"The column {Column.Path} has {Kind} slots, not {kind} ones.");
}
