using System.Security.Cryptography;
using Ingest.Buffers;
using Ingest.Sources;

namespace Ingest.Formats.Csv;

/// <summary>
/// The front of a CSV source: a sample that begins with the header or first record, however much there is to pass over
/// before it.
/// </summary>
internal sealed class CsvFront : IDisposable
{
    /// <summary>The most bytes of the sample.</summary>
    public const int SampleSize = 256 << 10;

    private readonly SourceStream source;
    private readonly Chunk chunk = ChunkPool.Rent(SampleSize);
    private IncrementalHash? hash;
    private int start;
    private int end;
    private bool isReturned;

    private CsvFront(SourceStream source) => this.source = source;

    /// <summary>The first bytes of the decoded content after what was passed over.</summary>
    public ReadOnlySpan<byte> Sample => isReturned ? [] : chunk.Span[start..end];

    /// <summary>Whether the sample is all that follows.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>The bytes before the sample.</summary>
    public long Bytes { get; private set; }

    /// <summary>The lines before the sample.</summary>
    public long Lines { get; private set; }

    /// <summary>Reads the front of a source.</summary>
    /// <param name="source">The source, at its start; the caller disposes it.</param>
    /// <param name="options">What the user said.</param>
    public static CsvFront Read(SourceStream source, CsvOptions options)
    {
        var front = new CsvFront(source);
        try
        {
            front.Fill();
            for (var i = 0; i < options.SkipLines && !front.Sample.IsEmpty; i++) front.PassLine();
            // Without a header, a blank line may be a record.
            while (!options.NoHeader && !front.Sample.IsEmpty && IsNoRecord(front.Sample[0], options.Comment)) front.PassLine();
            front.Fill();
            return front;
        }
        catch
        {
            front.Dispose();
            throw;
        }
    }

    /// <summary>What was passed over, for a reader that goes on with the sample.</summary>
    public PassedOver Passed()
    {
        var before = hash ?? NewHash();
        hash = null;
        return new(Bytes, Lines, before);
    }

    /// <summary>Lets go of the sample.</summary>
    public void Dispose()
    {
        if (!isReturned) ChunkPool.Return(chunk);
        isReturned = true;
        hash?.Dispose();
        hash = null;
    }

    private static bool IsNoRecord(byte first, char? comment) => first is (byte)'\r' or (byte)'\n' || (comment is { } sign && first == sign);

    /// <summary>Passes over a line of any length with its break.</summary>
    private void PassLine()
    {
        while (true)
        {
            var found = Sample.IndexOfAny((byte)'\r', (byte)'\n');
            // A CR at the end of the sample may have its LF after it.
            if (found >= 0 && (IsWhole || found + 1 < Sample.Length || Sample[found] == '\n'))
            {
                start += found + (Sample[found..].StartsWith("\r\n"u8) ? 2 : 1);
                break;
            }
            start = found < 0 ? end : start + found;
            if (IsWhole) break;
            Fill();
        }
        Lines++;
        if (start == end) Fill();
    }

    private void Fill()
    {
        var text = chunk.Span;
        if (start > 0)
        {
            hash ??= NewHash();
            hash.AppendData(text[..start]);
            Bytes += start;
            text[start..end].CopyTo(text);
            (start, end) = (0, end - start);
        }
        if (IsWhole) return;
        var wanted = SampleSize - end;
        var read = source.Read(text.Slice(end, wanted));
        end += read;
        IsWhole = read < wanted;
    }

    private IncrementalHash NewHash()
    {
        var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(source.Bom);
        return hash;
    }
}

/// <summary>The content before the place that a reader begins at.</summary>
/// <param name="Bytes">Its bytes.</param>
/// <param name="Lines">Its lines.</param>
/// <param name="Hash">Its hash, which is handed over, byte order mark included.</param>
internal sealed record PassedOver(long Bytes, long Lines, IncrementalHash Hash);
