// arrays: int32 dimensions, int32 whether there are NULLs, oid of the element, per dimension int32 size and int32 lower
// bound, then the elements as fields (array_recv).
using System.Buffers.Binary;
using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet.Encoders;

/// <summary>A list of scalars into an array of one dimension; an empty list is an empty array.</summary>
/// <param name="shape">The field.</param>
/// <param name="elementOid">The element's type.</param>
/// <param name="encoder">Writes the elements.</param>
internal sealed class ArrayField(ValueShape shape, uint elementOid, SlotEncoder encoder) : FieldWriter, IValueVisitor
{
    private const int NullSlot = -1;

    private readonly List<int> slots = [];
    private NestedReader? reader;
    private ColumnVector? vector;
    private bool isNull;

    /// <inheritdoc/>
    public override void Begin(RowSlice slice)
    {
        reader = new(slice, shape);
        vector = slice[shape.Element!.Leaf!];
    }

    /// <inheritdoc/>
    public override ConversionFailure Write(int row, RowBuffer target)
    {
        slots.Clear();
        isNull = false;
        var self = this;
        reader!.Read(row, ref self);
        if (isNull)
        {
            target.WriteNull();
            return ConversionFailure.None;
        }
        var start = target.BeginField();
        WriteHeader(target);
        foreach (var slot in slots)
        {
            if (slot == NullSlot) target.WriteNull();
            else if (encoder.Encode(vector!, slot, target) is not ConversionFailure.None and var failure) return failure;
        }
        target.EndField(start);
        return ConversionFailure.None;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        encoder.Dispose();
        base.Dispose();
    }

    private void WriteHeader(RowBuffer target)
    {
        var size = slots.Count == 0 ? 12 : 20;
        var room = target.Reserve(size);
        BinaryPrimitives.WriteInt32BigEndian(room, slots.Count == 0 ? 0 : 1);
        BinaryPrimitives.WriteInt32BigEndian(room[4..], slots.Contains(NullSlot) ? 1 : 0);
        BinaryPrimitives.WriteUInt32BigEndian(room[8..], elementOid);
        if (slots.Count > 0)
        {
            BinaryPrimitives.WriteInt32BigEndian(room[12..], slots.Count);
            BinaryPrimitives.WriteInt32BigEndian(room[16..], 1);
        }
        target.Advance(size);
    }

    void IValueVisitor.Null(ValueShape absent)
    {
        if (absent == shape) isNull = true;
        else slots.Add(NullSlot);
    }

    void IValueVisitor.Scalar(ColumnVector column, int slot) => slots.Add(slot);

    void IValueVisitor.BeginList(ValueShape list)
    {
    }

    void IValueVisitor.Element(int index)
    {
    }

    void IValueVisitor.EndList(ValueShape list)
    {
    }

    // A list of scalars has none of the parts below.
    void IValueVisitor.BeginStruct(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Field(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.EndStruct(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.BeginMap(ValueShape part) => throw new InvalidOperationException();

    void IValueVisitor.Key(int index) => throw new InvalidOperationException();

    void IValueVisitor.Value() => throw new InvalidOperationException();

    void IValueVisitor.EndMap(ValueShape part) => throw new InvalidOperationException();
}
