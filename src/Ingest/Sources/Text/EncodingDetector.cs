using System.Buffers;
using System.Text;
using System.Text.Unicode;
using Ingest.Buffers;

namespace Ingest.Sources;

/// <summary>The encoding of a source, and how it was told.</summary>
/// <param name="Encoding">The encoding.</param>
/// <param name="BomLength">The bytes of the byte order mark at the start, 0 without one.</param>
/// <param name="Notice">What the user should know of a guess, or null.</param>
internal sealed record DetectedEncoding(TextEncoding Encoding, int BomLength, string? Notice = null);

/// <summary>Tells the encoding of a source from its first bytes, where they allow it.</summary>
internal static class EncodingDetector
{
    /// <summary>The bytes of the sample that are looked at.</summary>
    public const int SampleSize = ChunkPool.LargestChunk;

    // So many may be strays in a file of any size.
    private const int FewZeros = 4;

    // The encodings that an error proposes, when the bytes fit.
    private static readonly string[] CandidateNames =
        ["windows-1252", "windows-1250", "windows-1251", "shift_jis", "euc-jp", "gb18030", "big5", "euc-kr"];

    private const string WesternNotice =
        "not UTF-8, and a single-byte encoding cannot be told for sure; read as windows-1252: look at the accented letters, and give --encoding if it is another (iso-8859-15, windows-1250, macintosh, ibm850, …)";

    // Control characters that no text has: with them, single high bytes are not a sign of western text.
    private static readonly SearchValues<byte> BinaryControls = SearchValues.Create(
        [.. Enumerable.Range(1, 8).Concat(Enumerable.Range(14, 12)).Select(b => (byte)b)]);

    /// <summary>Uses the encoding that the user declared; a byte order mark may only agree with it.</summary>
    /// <exception cref="PlanException">The name is not known.</exception>
    /// <exception cref="SourceException">The byte order mark says otherwise.</exception>
    public static DetectedEncoding Declared(string declared, ReadOnlySpan<byte> sample, string name)
    {
        var encoding = EncodingNames.Resolve(declared);
        if (FromBom(sample) is not { } marked) return new(encoding, 0);
        // "utf-16" leaves the byte order to the mark, "utf-16be" does not.
        var ordered = declared.EndsWith("le", StringComparison.OrdinalIgnoreCase) || declared.EndsWith("be", StringComparison.OrdinalIgnoreCase);
        if (marked.Encoding.Family != encoding.Family || (ordered && marked.Encoding != encoding))
            throw SourceErrors.BomConflict(name, marked.Encoding.Name, declared);
        return marked;
    }

    /// <summary>Tells the encoding.</summary>
    /// <param name="sample">The first bytes.</param>
    /// <param name="whole">Whether the sample is the whole content.</param>
    /// <param name="name">The source, for messages.</param>
    /// <exception cref="SourceException">It cannot be told; the message names candidates.</exception>
    public static DetectedEncoding Detect(ReadOnlySpan<byte> sample, bool whole, string name)
    {
        if (FromBom(sample) is { } marked) return marked;
        if (FromZeros(sample, name) is { } utf16) return new(utf16, 0, $"{utf16.Name} without a byte order mark, told by its zero bytes");
        if (Utf8.IsValid(sample)) return new(TextEncoding.Utf8, 0);

        var census = ByteCensus.Take(sample, whole);
        // A few wrong bytes among real multi-byte sequences: damaged UTF-8; the damage becomes rejects.
        if (census.Bad == 0 || census.Sequences > census.Bad) return new(TextEncoding.Utf8, 0);
        if (census.Sequences == 0 && census.IsIsolated && !sample.ContainsAny(BinaryControls) && Western() is var western && Fits(western, sample))
            return new(western, 0, WesternNotice);
        throw SourceErrors.UnknownEncoding(name, census.FirstBad, Candidates(sample));
    }

    private static DetectedEncoding? FromBom(ReadOnlySpan<byte> sample)
    {
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) return new(TextEncoding.Utf8, 3);
        // Before UTF-16: its mark begins UTF-32's.
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, 0, 0])) return new(TextEncoding.Utf32LittleEndian, 4);
        if (sample.StartsWith((ReadOnlySpan<byte>)[0, 0, 0xFE, 0xFF])) return new(TextEncoding.Utf32BigEndian, 4);
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE])) return new(TextEncoding.Utf16LittleEndian, 2);
        if (sample.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF])) return new(TextEncoding.Utf16BigEndian, 2);
        return null;
    }

    /// <summary>
    /// UTF-16 shows in zero bytes at every other position: separators, digits and line breaks have them in any script.
    /// </summary>
    private static TextEncoding? FromZeros(ReadOnlySpan<byte> sample, string name)
    {
        if (sample.IndexOf((byte)0) < 0) return null;
        long even = 0, odd = 0;
        for (var i = 0; i < sample.Length; i++)
        {
            if (sample[i] != 0) continue;
            if ((i & 1) == 0) even++;
            else odd++;
        }
        var pairs = sample.Length / 2;
        var enough = Math.Max(2, pairs / 20);
        if (odd >= enough && even * 20 <= odd) return TextEncoding.Utf16LittleEndian;
        if (even >= enough && odd * 20 <= even) return TextEncoding.Utf16BigEndian;
        // A stray NUL is a reject; a file full of them is not this text.
        return even + odd > Math.Max(FewZeros, sample.Length / 10) ? throw SourceErrors.NotText(name) : null;
    }

    /// <summary>Windows-1252, the usual encoding of western files that are not UTF-8.</summary>
    private static TextEncoding Western() => EncodingNames.Resolve("windows-1252");

    private static List<string> Candidates(ReadOnlySpan<byte> sample)
    {
        var fitting = new List<string>();
        foreach (var candidate in CandidateNames)
        {
            if (Fits(EncodingNames.Resolve(candidate), sample)) fitting.Add(candidate);
        }
        return fitting;
    }

    private static bool Fits(TextEncoding encoding, ReadOnlySpan<byte> sample)
    {
        var transcoder = encoding.CreateTranscoder()!;
        var input = sample[..Math.Min(sample.Length, 256 << 10)];
        var output = ArrayPool<byte>.Shared.Rent(transcoder.MaxOutput(input.Length));
        try
        {
            var written = transcoder.Convert(input, output, final: false, out _);
            return !output.AsSpan(0, written).Contains(Transcoder.Invalid);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(output);
        }
    }

    /// <summary>What the bytes above ASCII look like when read as UTF-8.</summary>
    private readonly record struct ByteCensus(long Sequences, long Bad, long FirstBad, long High, long Adjacent)
    {
        /// <summary>Whether high bytes mostly stand alone between ASCII, as accented letters in western text do.</summary>
        public bool IsIsolated => Adjacent * 4 <= High;

        public static ByteCensus Take(ReadOnlySpan<byte> sample, bool whole)
        {
            long sequences = 0, bad = 0, firstBad = -1, high = 0, adjacent = 0;
            var i = 0;
            while (i < sample.Length)
            {
                var next = sample[i..].IndexOfAnyInRange((byte)0x80, (byte)0xFF);
                if (next < 0) break;
                i += next;
                var status = Rune.DecodeFromUtf8(sample[i..], out _, out var length);
                if (status == OperationStatus.NeedMoreData && !whole) break;
                if (status == OperationStatus.Done)
                {
                    sequences++;
                }
                else
                {
                    bad++;
                    if (firstBad < 0) firstBad = i;
                }
                for (var end = i + length; i < end; i++)
                {
                    high++;
                    if (i > 0 && sample[i - 1] >= 0x80) adjacent++;
                }
            }
            return new(sequences, bad, firstBad, high, adjacent);
        }
    }
}
