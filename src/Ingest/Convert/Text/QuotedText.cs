namespace Ingest.Convert;

/// <summary>Text in double quotes, as the input of arrays, composite types and hstore reads it: a backslash before each quote and backslash.</summary>
internal static class QuotedText
{
    /// <summary>Appends bytes as they are.</summary>
    public static void Append(ReadOnlySpan<byte> bytes, RowBuffer text)
    {
        bytes.CopyTo(text.Reserve(bytes.Length));
        text.Advance(bytes.Length);
    }

    /// <summary>Appends bytes in quotes.</summary>
    public static void AppendQuoted(ReadOnlySpan<byte> bytes, RowBuffer text)
    {
        Append("\""u8, text);
        while (bytes.IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var special)
        {
            Append(bytes[..special], text);
            Append("\\"u8, text);
            Append(bytes.Slice(special, 1), text);
            bytes = bytes[(special + 1)..];
        }
        Append(bytes, text);
        Append("\""u8, text);
    }
}
