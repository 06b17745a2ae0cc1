namespace Ingest.Convert;

/// <summary>Counts characters in UTF-8 as the server's length limits do: code points.</summary>
internal static class Characters
{
    /// <summary>Whether <paramref name="c"/> is not the first byte of its character.</summary>
    public static bool IsContinuation(byte c) => (c & 0xC0) == 0x80;

    /// <summary>Cuts <paramref name="text"/> to <paramref name="length"/> characters; false when more than spaces would go.</summary>
    public static bool TryCut(ref ReadOnlySpan<byte> text, int length)
    {
        // Characters are never more than bytes.
        return text.Length <= length || TryCutLong(ref text, length);
    }

    private static bool TryCutLong(ref ReadOnlySpan<byte> text, int length)
    {
        int end = 0, characters = 0;
        for (; end < text.Length; end++)
        {
            if (IsContinuation(text[end])) continue;
            if (characters == length) break;
            characters++;
        }

        if (text[end..].IndexOfAnyExcept((byte)' ') >= 0) return false;
        text = text[..end];
        return true;
    }
}
