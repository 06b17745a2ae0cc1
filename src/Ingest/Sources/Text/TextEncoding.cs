using System.Text;

namespace Ingest.Sources;

/// <summary>The families of encodings, by how they are turned into UTF-8.</summary>
internal enum EncodingFamily
{
    /// <summary>UTF-8: nothing to do.</summary>
    Utf8,

    /// <summary>UTF-16 in either byte order.</summary>
    Utf16,

    /// <summary>UTF-32 in either byte order.</summary>
    Utf32,

    /// <summary>One byte is one character: a table of 256 entries.</summary>
    SingleByte,

    /// <summary>All others: through the framework's decoder.</summary>
    MultiByte,
}

/// <summary>An encoding that a source can be in.</summary>
/// <param name="Name">Its IANA name in lower case, such as <c>windows-1252</c>.</param>
/// <param name="Family">How it is turned into UTF-8.</param>
/// <param name="BigEndian">The byte order of UTF-16 and UTF-32.</param>
/// <param name="Encoding">The framework's encoding.</param>
internal sealed record TextEncoding(string Name, EncodingFamily Family, bool BigEndian, Encoding Encoding)
{
    /// <summary>UTF-8.</summary>
    public static TextEncoding Utf8 { get; } = new("utf-8", EncodingFamily.Utf8, false, new UTF8Encoding(false));

    /// <summary>UTF-16, little-endian.</summary>
    public static TextEncoding Utf16LittleEndian { get; } = new("utf-16le", EncodingFamily.Utf16, false, new UnicodeEncoding(false, false));

    /// <summary>UTF-16, big-endian.</summary>
    public static TextEncoding Utf16BigEndian { get; } = new("utf-16be", EncodingFamily.Utf16, true, new UnicodeEncoding(true, false));

    /// <summary>UTF-32, little-endian.</summary>
    public static TextEncoding Utf32LittleEndian { get; } = new("utf-32le", EncodingFamily.Utf32, false, new UTF32Encoding(false, false));

    /// <summary>UTF-32, big-endian.</summary>
    public static TextEncoding Utf32BigEndian { get; } = new("utf-32be", EncodingFamily.Utf32, true, new UTF32Encoding(true, false));

    /// <summary>The transcoder to UTF-8, or null when the bytes are UTF-8 already.</summary>
    public Transcoder? CreateTranscoder() => Family switch
    {
        EncodingFamily.Utf8 => null,
        EncodingFamily.Utf16 => new Utf16Transcoder(BigEndian),
        EncodingFamily.Utf32 => new Utf32Transcoder(BigEndian),
        EncodingFamily.SingleByte => new SingleByteTranscoder(Name, Encoding),
        _ => new MultiByteTranscoder(Encoding),
    };
}
