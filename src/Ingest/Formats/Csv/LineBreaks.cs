namespace Ingest.Formats.Csv;

/// <summary>Counts lines: LF, CR LF and a lone CR each end one.</summary>
internal static class LineBreaks
{
    /// <summary>The number of line ends in <paramref name="text"/>.</summary>
    public static int Count(ReadOnlySpan<byte> text)
    {
        var feeds = text.Count((byte)'\n');
        var returns = text.Count((byte)'\r');
        return returns == 0 ? feeds : feeds + returns - text.Count("\r\n"u8);
    }
}
