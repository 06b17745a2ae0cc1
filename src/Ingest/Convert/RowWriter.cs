using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Ingest.Convert;

/// <summary>
/// Writes rows of one layout: the 16-bit column count, then each field (COPY's binary format, "File Formats" in the
/// documentation of COPY). The key is hashed from what was written.
/// </summary>
internal sealed class RowWriter
{
    private readonly RowColumn[] columns;
    private readonly int[] keyStart;
    private readonly KeyEquality[] equality;

    // For each column up to the last one of the key, its place in the key, or −1.
    private readonly int[] keySlot;

    /// <summary>A writer for one thread.</summary>
    public RowWriter(RowLayout layout)
    {
        columns = [.. layout.Columns];
        keyStart = new int[layout.Key.Count];
        keySlot = new int[layout.Key.Count == 0 ? 0 : layout.Key.Max() + 1];
        Array.Fill(keySlot, -1);
        for (var i = 0; i < keyStart.Length; i++) keySlot[layout.Key[i]] = i;

        // A type without a canonical form is loaded through one lane, where the hash decides nothing.
        equality = [.. layout.Key.Select(k => columns[k].Encoder.KeyEquality is var e && e == KeyEquality.Coarser ? KeyEquality.Bytes : e)];
    }

    /// <summary>Whether rows have a key.</summary>
    public bool HasKey => keyStart.Length > 0;

    /// <summary>Whether a column belongs to the key.</summary>
    public bool IsKey(int column) => column < keySlot.Length && keySlot[column] >= 0;

    /// <summary>A column, for messages.</summary>
    public RowColumn Column(int column) => columns[column];

    /// <summary>Starts a row at the end of <paramref name="row"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void BeginRow(RowBuffer row)
    {
        BinaryPrimitives.WriteInt16BigEndian(row.Reserve(2), (short)columns.Length);
        row.Advance(2);
    }

    /// <summary>The hash of the key of a row.</summary>
    /// <param name="row">The row, and nothing before it.</param>
    public ulong KeyHash(ReadOnlySpan<byte> row)
    {
        // The fields before the key's are walked over: cheaper than to note for every column of every row where it begins.
        var at = 2;
        foreach (var slot in keySlot)
        {
            if (slot >= 0) keyStart[slot] = at;
            at += 4 + Math.Max(BinaryPrimitives.ReadInt32BigEndian(row[at..]), 0);
        }

        var hash = CanonicalKeyHash.Empty;
        for (var i = 0; i < keyStart.Length; i++)
        {
            var field = row[keyStart[i]..];
            var length = BinaryPrimitives.ReadInt32BigEndian(field);
            var isRun = i == keyStart.Length - 1 && equality[i] == KeyEquality.Integer;
            hash = length < 0 ? CanonicalKeyHash.AddNull(hash)
                : isRun ? CanonicalKeyHash.AddRun(hash, field.Slice(4, length))
                : CanonicalKeyHash.Add(hash, field.Slice(4, length), equality[i]);
        }
        return hash;
    }
}
