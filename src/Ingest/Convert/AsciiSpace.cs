namespace Ingest.Convert;

/// <summary>The white space that PostgreSQL's input functions skip: isspace() of the C locale.</summary>
internal static class AsciiSpace
{
    /// <summary>Whether <paramref name="c"/> is a space, tab, line feed, vertical tab, form feed or carriage return.</summary>
    public static bool Is(byte c) => c == ' ' || (uint)(c - '\t') <= '\r' - '\t';

    /// <summary>Drops white space at both ends.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text)
    {
        int start = 0, end = text.Length;
        while (start < end && Is(text[start])) start++;
        while (end > start && Is(text[end - 1])) end--;
        return text[start..end];
    }
}
