using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>
/// Writes rows of one layout: the 16-bit column count, then each field (COPY's binary format, "File Formats" in the
/// documentation of COPY). It remembers where the key's fields lie, so that the key is hashed from what was written.
/// </summary>
internal sealed class RowWriter
{
    private readonly RowColumn[] columns;
    private readonly FieldEncoder[] encoders;
    private readonly int[] key;
    private readonly int[] keySlot;
    private readonly int[] keyStart;
    private readonly KeyEquality[] equality;

    /// <summary>A writer for one thread.</summary>
    public RowWriter(RowLayout layout)
    {
        columns = [.. layout.Columns];
        encoders = [.. layout.Columns.Select(c => c.Encoder)];
        key = [.. layout.Key];
        keyStart = new int[key.Length];
        keySlot = new int[columns.Length];
        Array.Fill(keySlot, -1);
        for (var i = 0; i < key.Length; i++) keySlot[key[i]] = i;

        // A type without a canonical form is loaded through one lane, where the hash decides nothing.
        equality = [.. layout.Key.Select(k => encoders[k].KeyEquality is var e && e == KeyEquality.Coarser ? KeyEquality.Bytes : e)];
    }

    /// <summary>Whether rows have a key.</summary>
    public bool HasKey => key.Length > 0;

    /// <summary>A column, for messages.</summary>
    public RowColumn Column(int column) => columns[column];

    /// <summary>Starts a row at the end of <paramref name="row"/>.</summary>
    public void BeginRow(RowBuffer row)
    {
        BinaryPrimitives.WriteInt16BigEndian(row.Reserve(2), (short)columns.Length);
        row.Advance(2);
    }

    /// <summary>Writes NULL into the next column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void WriteNull(int column, RowBuffer row)
    {
        Note(column, row);
        row.WriteNull();
    }

    /// <summary>Converts and writes a value into the next column.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ConversionFailure Write(int column, ReadOnlySpan<byte> text, RowBuffer row)
    {
        Note(column, row);
        return encoders[column].Encode(text, row);
    }

    /// <summary>Takes note that the caller writes the next column itself, its length word included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginColumn(int column, RowBuffer row) => Note(column, row);

    /// <summary>The hash of the key of the row just written.</summary>
    /// <param name="written">All bytes of the buffer that the row was written to.</param>
    public ulong KeyHash(ReadOnlySpan<byte> written)
    {
        var hash = CanonicalKeyHash.Empty;
        for (var i = 0; i < key.Length; i++)
        {
            var field = written[keyStart[i]..];
            var length = BinaryPrimitives.ReadInt32BigEndian(field);
            var isRun = i == key.Length - 1 && equality[i] == KeyEquality.Integer;
            hash = length < 0 ? CanonicalKeyHash.AddNull(hash)
                : isRun ? CanonicalKeyHash.AddRun(hash, field.Slice(4, length))
                : CanonicalKeyHash.Add(hash, field.Slice(4, length), equality[i]);
        }
        return hash;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Note(int column, RowBuffer row)
    {
        var slot = keySlot[column];
        if (slot >= 0) keyStart[slot] = row.Length;
    }
}
