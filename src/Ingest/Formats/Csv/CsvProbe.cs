using System.Text;
using Ingest.Buffers;
using Ingest.Sources;

namespace Ingest.Formats.Csv;

/// <summary>
/// The front of a CSV source: encoding, dialect and header, told from a sample. Standard input stays open with its
/// sample kept; a file is closed and read anew when its turn comes.
/// </summary>
internal sealed class CsvProbe : IDisposable
{
    private readonly CsvFront front;
    private readonly int bomLength;
    private SourceStream? open;

    private CsvProbe(SourceFile file, SourceStream source, CsvFront front, DetectedDialect detected)
    {
        File = file;
        open = source;
        this.front = front;
        bomLength = source.Bom.Length;
        Detected = detected;
        EncodingName = source.Encoding.Name;
        EncodingNotice = source.EncodingNotice;
        Compression = source.Compression;
        RawLength = source.RawLength;
        Identity = source.Identity;
    }

    /// <summary>The source.</summary>
    public SourceFile File { get; }

    /// <summary>The first bytes of the decoded content, after the lines to skip.</summary>
    public ReadOnlySpan<byte> Sample => front.Sample;

    /// <summary>Whether the sample is all of that content.</summary>
    public bool IsWhole => front.IsWhole;

    /// <summary>The dialect, and how it was told.</summary>
    public DetectedDialect Detected { get; }

    /// <summary>The dialect.</summary>
    public CsvDialect Dialect => Detected.Dialect;

    /// <summary>The encoding's name.</summary>
    public string EncodingName { get; }

    /// <summary>What the user should know when the encoding was guessed, or null.</summary>
    public string? EncodingNotice { get; }

    /// <summary>How the source is compressed.</summary>
    public Compression Compression { get; }

    /// <summary>The bytes as stored, or null for a pipe.</summary>
    public long? RawLength { get; }

    /// <summary>The file's identity, or null for a pipe.</summary>
    public SourceIdentity? Identity { get; }

    /// <summary>The fields of the first record, decoded; empty when there is none.</summary>
    public IReadOnlyList<string> FirstRecord { get; private set; } = [];

    /// <summary>Where the first record ends in the sample, its line break included.</summary>
    public int FirstRecordEnd { get; private set; }

    /// <summary>Looks at the front of a source.</summary>
    /// <exception cref="SourceException">It cannot be read, or its encoding cannot be told.</exception>
    public static CsvProbe Open(SourceFile file, CsvOptions options)
    {
        var source = SourceStream.Open(file, options.Encoding, hashPassThrough: false, options.MaxWindowBytes);
        CsvFront? front = null;
        try
        {
            DialectDetector.Check(options);
            front = CsvFront.Read(source, options);
            var detected = DialectDetector.Detect(front.Sample, options, front.IsWhole);
            var probe = new CsvProbe(file, source, front, detected);
            probe.ReadFirstRecord(!options.NoHeader);
            if (!file.IsStdin && probe.Identity is not null) probe.Close();
            return probe;
        }
        catch
        {
            front?.Dispose();
            source.Dispose();
            throw;
        }
    }

    /// <summary>Starts reading the source from its front.</summary>
    /// <param name="options">The options that the probe was opened with.</param>
    /// <param name="hasHeader">Whether the first record is not data.</param>
    /// <exception cref="SourceException">It cannot be read any more, or has changed.</exception>
    public CsvBlockReader Read(CsvOptions options, bool hasHeader)
    {
        var preamble = front.Bytes + (hasHeader ? FirstRecordEnd : Detected.ContentOffset);
        if (open is { } source)
        {
            open = null;
            return new(source, Sample.ToArray(), File.Name, Dialect, preamble, options.MaxRecordBytes, passed: front.Passed());
        }
        var again = SourceStream.Open(File, options.Encoding ?? EncodingName, hashPassThrough: false, options.MaxWindowBytes);
        try
        {
            Identity?.ThrowIfNot(again.Identity, File.Name);
            return new(again, default, File.Name, Dialect, preamble, options.MaxRecordBytes);
        }
        catch
        {
            again.Dispose();
            throw;
        }
    }

    /// <summary>Lets go of the sample of a file that will be read anew: a run may have thousands of files.</summary>
    public void Forget()
    {
        if (open is null) front.Dispose();
    }

    /// <summary>Closes the source if it is still open.</summary>
    public void Dispose()
    {
        Close();
        front.Dispose();
    }

    private void Close()
    {
        open?.Dispose();
        open = null;
    }

    private void ReadFirstRecord(bool isHeader)
    {
        var content = Sample[Detected.ContentOffset..];
        var chunk = ChunkPool.Rent(content.Length + CsvBlock.Padding);
        content.CopyTo(chunk.Span);
        var block = new CsvBlock(chunk, content.Length);
        try
        {
            using var tokenizer = new CsvTokenizer(Dialect);
            tokenizer.Begin(block);
            if (!tokenizer.MoveNext()) return;
            var isCut = tokenizer.Next == content.Length && !IsWhole;
            if (isCut && isHeader) throw CsvErrors.HeaderTooLarge(File.Name, CsvFront.SampleSize);
            // The number of its fields, which is all that data is looked at for here, is not known.
            if (isCut) return;
            // A quote that is not closed where the header ends has taken records with it, of which nothing would be said.
            if (isHeader && tokenizer.Malformation != CsvMalformation.None)
                throw CsvErrors.HeaderQuoting(File.Name, tokenizer.Malformation, bomLength + front.Bytes + Detected.ContentOffset);
            var fields = new string[tokenizer.FieldCount];
            for (var i = 0; i < fields.Length; i++)
            {
                // A damaged name may still match a column, of which it is no name.
                var field = tokenizer.Field(i);
                if (isHeader && RecordDefect.Bytes(content.Slice(field.Start, field.Length)) is not null)
                    throw CsvErrors.HeaderNotText(File.Name, i + 1, bomLength + front.Bytes + Detected.ContentOffset);
                fields[i] = Text(block, field);
            }
            FirstRecord = fields;
            FirstRecordEnd = Detected.ContentOffset + tokenizer.Next;
        }
        finally
        {
            block.Release();
        }
    }

    private string Text(CsvBlock block, CsvField field)
    {
        byte[] buffer = [];
        var value = field.IsQuoted
            ? CsvFieldText.Unescape(block.Padded, field.Start, field.Length, Dialect, ref buffer)
            : block.Content.Slice(field.Start, field.Length);
        return Encoding.UTF8.GetString(value).Trim();
    }
}
