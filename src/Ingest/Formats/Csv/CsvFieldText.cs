using System.Numerics;
using System.Runtime.Intrinsics;

namespace Ingest.Formats.Csv;

/// <summary>Undoes the escapes of quoted fields.</summary>
internal static class CsvFieldText
{
    /// <summary>
    /// The value of a quoted field: its bytes themselves, or what is written into <paramref name="buffer"/>, which grows as
    /// needed. As in COPY, an escape stands for the next character only before a quote or another escape; before anything
    /// else it is itself.
    /// </summary>
    /// <param name="padded">The text, with at least 32 bytes after the field.</param>
    /// <param name="start">The field's first byte, inside the quotes.</param>
    /// <param name="length">The field's bytes, without the quotes.</param>
    /// <param name="dialect">Which characters quote and escape.</param>
    /// <param name="buffer">Room for the value.</param>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> padded, int start, int length, CsvDialect dialect, ref byte[] buffer)
    {
        var raw = padded.Slice(start, length);
        if (!raw.Contains(dialect.Escape)) return raw;
        var room = length + Vector256<byte>.Count;
        if (buffer.Length < room) buffer = new byte[room + (room / 4)];
        Span<byte> target = buffer;
        var written = 0;
        var escape = Vector256.Create(dialect.Escape);
        while (length > 0)
        {
            // 32 bytes are copied, of which those count that are before the next escape.
            var bytes = Vector256.Create(padded.Slice(start, Vector256<byte>.Count));
            bytes.CopyTo(target[written..]);
            var plain = Math.Min(BitOperations.TrailingZeroCount(Vector256.Equals(bytes, escape).ExtractMostSignificantBits()), length);
            start += plain;
            written += plain;
            length -= plain;
            if (plain == Vector256<byte>.Count || length == 0) continue;
            var escaped = padded[start + 1];
            if (length == 1 || (escaped != dialect.Quote && escaped != dialect.Escape)) target[written++] = dialect.Escape;
            if (length > 1) target[written++] = escaped;
            start += 2;
            length -= 2;
        }
        return target[..written];
    }
}
