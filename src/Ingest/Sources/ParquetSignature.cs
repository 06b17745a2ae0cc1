namespace Ingest.Sources;

/// <summary>Tells Parquet by its first bytes; a name that says Parquet is believed, so that a damaged file is not read as text.</summary>
internal static class ParquetSignature
{
    /// <summary>The bytes to look at.</summary>
    public const int Length = 16;

    /// <summary>Whether a file is named or begins like Parquet; false for other names of what is no regular file, or cannot be read.</summary>
    public static bool IsParquet(SourceFile file)
    {
        if (file.Path?.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) == true) return true;
        if (file.Path is null || FileNode.Of(file.Path).Kind != FileNodeKind.Regular) return false;
        try
        {
            using var stream = File.OpenRead(file.Path);
            Span<byte> head = stackalloc byte[Length];
            return IsMatch(head[..stream.ReadAtLeast(head, Length, throwOnEndOfStream: false)]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever opens it next says what is wrong with it.
            return false;
        }
    }

    /// <summary>
    /// The magic, in clear or with an encrypted footer, and then something that no line of text holds: a text may begin with a
    /// column named PAR1.
    /// </summary>
    public static bool IsMatch(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("PAR1"u8) && !head.StartsWith("PARE"u8)) return false;
        var rest = head[4..Math.Min(head.Length, Length)];
        return rest.IsEmpty || rest.IndexOfAnyInRange<byte>(0, 8) >= 0 || rest.IndexOfAnyInRange<byte>(14, 31) >= 0;
    }
}
