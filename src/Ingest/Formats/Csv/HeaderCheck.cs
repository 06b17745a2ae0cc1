using System.Text;

namespace Ingest.Formats.Csv;

/// <summary>Tells whether the first record of a sample is a header.</summary>
internal static class HeaderCheck
{
    private const int MaxRecords = 100;

    /// <summary>
    /// Whether the first record reads like column names: no two alike, none a number or a date, at most half of them empty, and not the
    /// same values again as data.
    /// </summary>
    public static bool IsPlausible(ReadOnlySpan<byte> content, CsvDialect dialect, bool whole)
    {
        var reader = new SampleRecords(content, dialect, whole);
        if (!reader.Next()) return false;
        var names = new byte[reader.Fields.Length][];
        for (var i = 0; i < names.Length; i++)
        {
            var field = reader.Fields[i];
            var text = Unquote(content.Slice(field.Start, field.Length), field, dialect).Trim((byte)' ');
            if (!text.IsEmpty && !FieldShape.IsNameLike(text)) return false;
            names[i] = text.ToArray();
        }
        var filled = names.Where(n => n.Length > 0).Select(Encoding.UTF8.GetString).ToList();
        if (filled.Count * 2 < names.Length || filled.Distinct(StringComparer.Ordinal).Count() != filled.Count) return false;
        return !Repeats(ref reader, content, dialect, names);
    }

    /// <summary>Whether names of the first record are values of their columns too, in most of the columns: then it is data.</summary>
    private static bool Repeats(ref SampleRecords reader, ReadOnlySpan<byte> content, CsvDialect dialect, byte[][] names)
    {
        var repeated = new bool[names.Length];
        for (var n = 0; n < MaxRecords && reader.Next(); n++)
        {
            for (var i = 0; i < Math.Min(names.Length, reader.Fields.Length); i++)
            {
                var field = reader.Fields[i];
                repeated[i] |= names[i].Length > 0 && Unquote(content.Slice(field.Start, field.Length), field, dialect).SequenceEqual(names[i]);
            }
        }
        return repeated.Count(r => r) * 2 > repeated.Length;
    }

    private static ReadOnlySpan<byte> Unquote(ReadOnlySpan<byte> text, SampleField field, CsvDialect dialect) =>
        field.Quoted && text.Length >= 2 && text[^1] == dialect.Quote ? text[1..^1] : text;
}
