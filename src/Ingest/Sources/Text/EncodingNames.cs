using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Ingest.Sources;

/// <summary>
/// The names that encodings go by: those of IANA and .NET, code page numbers (<c>cp1252</c>, <c>1252</c>) and
/// PostgreSQL's (<c>WIN1252</c>, <c>LATIN1</c>). Case, hyphens, underscores and dots do not count.
/// </summary>
internal static class EncodingNames
{
    // Other spellings than the framework's own. latinN is ISO-8859-N only up to 4 (ISO/IEC 8859 parts against ECMA's names).
    private static readonly FrozenDictionary<string, string> Aliases = new Dictionary<string, string>
    {
        ["utf16"] = "utf-16", ["ucs2"] = "utf-16", ["unicode"] = "utf-16", ["utf32"] = "utf-32", ["ucs4"] = "utf-32",
        ["ascii"] = "utf-8", ["usascii"] = "utf-8", ["utf8sig"] = "utf-8", ["utf8"] = "utf-8",
        ["latin1"] = "iso-8859-1", ["latin2"] = "iso-8859-2", ["latin3"] = "iso-8859-3", ["latin4"] = "iso-8859-4",
        ["latin5"] = "iso-8859-9", ["latin9"] = "iso-8859-15",
        ["sjis"] = "shift_jis", ["cp932"] = "shift_jis", ["mskanji"] = "shift_jis", ["windows31j"] = "shift_jis",
        ["gbk"] = "gb2312", ["cp936"] = "gb2312", ["euccn"] = "gb2312", ["gb18030"] = "gb18030",
        ["big5"] = "big5", ["cp950"] = "big5", ["euckr"] = "euc-kr", ["uhc"] = "ks_c_5601-1987", ["cp949"] = "ks_c_5601-1987",
        ["eucjp"] = "euc-jp", ["ujis"] = "euc-jp", ["johab"] = "johab", ["koi8"] = "koi8-r", ["koi8r"] = "koi8-r", ["koi8u"] = "koi8-u",
        ["macroman"] = "macintosh", ["mac"] = "macintosh",
    }.ToFrozenDictionary();

    /// <summary>Finds an encoding by name.</summary>
    /// <exception cref="PlanException">The name is not known.</exception>
    public static TextEncoding Resolve(string name)
    {
        // The name that a file was detected by, when it is opened again: a run may have thousands.
        if (name == TextEncoding.Utf8.Name) return TextEncoding.Utf8;
        var key = Key(name);
        var known = Aliases.GetValueOrDefault(key, key);
        return known switch
        {
            "utf-8" => TextEncoding.Utf8,
            // Without a byte order mark: little-endian, as Windows writes it.
            "utf-16" or "utf16le" => TextEncoding.Utf16LittleEndian,
            "utf16be" => TextEncoding.Utf16BigEndian,
            "utf-32" or "utf32le" => TextEncoding.Utf32LittleEndian,
            "utf32be" => TextEncoding.Utf32BigEndian,
            _ => Wrap(Find(known) ?? Find(name.Trim()) ?? FindByNumber(key) ?? throw SourceErrors.BadEncodingName(name)),
        };
    }

    private static string Key(string name) =>
        string.Concat(name.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();

    private static TextEncoding Wrap(Encoding encoding) => encoding.CodePage switch
    {
        65001 or 20127 => TextEncoding.Utf8,
        1200 => TextEncoding.Utf16LittleEndian,
        1201 => TextEncoding.Utf16BigEndian,
        12000 => TextEncoding.Utf32LittleEndian,
        12001 => TextEncoding.Utf32BigEndian,
        _ => new(encoding.WebName, encoding.IsSingleByte ? EncodingFamily.SingleByte : EncodingFamily.MultiByte, false, encoding),
    };

    private static Encoding? Find(string name)
    {
        // The provider is asked directly: registering it would change Encoding.GetEncoding for the whole process.
        foreach (var candidate in (string[])[name, IsoName(name)])
        {
            if (CodePagesEncodingProvider.Instance.GetEncoding(candidate) is { } encoding) return encoding;
            try
            {
                return Encoding.GetEncoding(candidate);
            }
            catch (Exception e) when (e is ArgumentException or NotSupportedException)
            {
                // Not one of the framework's own either; utf-7 is refused by it on purpose.
            }
        }
        return null;
    }

    // iso88592 → iso-8859-2
    private static string IsoName(string key) => key.StartsWith("iso8859", StringComparison.Ordinal) ? "iso-8859-" + key[7..] : key;

    private static Encoding? FindByNumber(string key)
    {
        string[] prefixes = ["windows", "win", "cp", "ibm", "dos", ""];
        var prefix = prefixes.First(p => key.StartsWith(p, StringComparison.Ordinal));
        if (!int.TryParse(key.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var page) || page is < 37 or > 65535) return null;
        if (CodePagesEncodingProvider.Instance.GetEncoding(page) is { } encoding) return encoding;
        try
        {
            return Encoding.GetEncoding(page);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
