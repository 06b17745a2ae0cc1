namespace Ingest.Formats.Csv;

/// <summary>What a field looks like, as far as it tells a header from data and a separator from another.</summary>
internal static class FieldShape
{
    /// <summary>Whether the text is a number, a date or a time in any usual notation.</summary>
    public static bool IsNumberLike(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || text[0] is not ((>= (byte)'0' and <= (byte)'9') or (byte)'+' or (byte)'-' or (byte)'.' or (byte)',')) return false;
        var digits = 0;
        foreach (var b in text)
        {
            if (b is >= (byte)'0' and <= (byte)'9') digits++;
            else if (!"+-.,:/ %eETZ"u8.Contains(b)) return false;
        }
        return digits > 0;
    }

    /// <summary>Whether the text reads like the name of a column.</summary>
    public static bool IsNameLike(ReadOnlySpan<byte> text)
    {
        var trimmed = text.Trim((byte)' ');
        return !trimmed.IsEmpty && !IsNumberLike(trimmed) && trimmed.Length <= 200 && trimmed[0] is not ((byte)'{' or (byte)'[');
    }
}
