namespace Ingest.Formats.Csv;

/// <summary>Undoes the escapes of quoted fields.</summary>
internal static class CsvFieldText
{
    /// <summary>
    /// Writes the value of a quoted field into <paramref name="target"/> (at least as long as <paramref name="raw"/>)
    /// and returns its length. As in COPY, an escape stands for the next character only before a quote or another escape;
    /// before anything else it is itself.
    /// </summary>
    public static int Unescape(ReadOnlySpan<byte> raw, CsvDialect dialect, Span<byte> target)
    {
        var written = 0;
        while (true)
        {
            var hop = raw.IndexOf(dialect.Escape);
            if (hop < 0 || hop + 1 >= raw.Length)
            {
                raw.CopyTo(target[written..]);
                return written + raw.Length;
            }
            raw[..hop].CopyTo(target[written..]);
            written += hop;
            var escaped = raw[hop + 1];
            if (escaped != dialect.Quote && escaped != dialect.Escape) target[written++] = dialect.Escape;
            target[written++] = escaped;
            raw = raw[(hop + 2)..];
        }
    }
}
