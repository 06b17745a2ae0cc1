using System.Buffers.Binary;
using ICSharpCode.SharpZipLib;
using ICSharpCode.SharpZipLib.Checksum;
using ICSharpCode.SharpZipLib.Zip.Compression;

namespace Ingest.Sources;

/// <summary>
/// gzip (RFC 1952): members one after the other, each checked by its CRC-32 and length. The framing is our own over
/// SharpZipLib's inflater: the framework's GZipStream takes a truncated file as complete, and SharpZipLib's
/// GZipInputStream takes garbage behind a member as the end.
/// </summary>
internal sealed class GzipReader(ByteReader inner, string name) : ByteReader
{
    private const string Format = "gzip";

    // Flag bits of the member header (RFC 1952, 2.3.1).
    private const int FlagHeaderCrc = 2, FlagExtra = 4, FlagName = 8, FlagComment = 16, FlagsReserved = 0xE0;

    private readonly CompressedInput input = new(inner, name);
    private readonly Inflater inflater = new(noHeader: true);
    private readonly Crc32 contentCrc = new();
    private readonly byte[] output = new byte[64 << 10];
    private int outputStart;
    private int outputEnd;
    private long memberStart;
    private bool inMember;
    private bool ended;

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        while (outputStart == outputEnd && !ended) Advance();
        var size = Math.Min(buffer.Length, outputEnd - outputStart);
        output.AsSpan(outputStart, size).CopyTo(buffer);
        outputStart += size;
        return size;
    }

    /// <inheritdoc/>
    public override void Dispose() => input.Dispose();

    private void Advance()
    {
        if (!inMember)
        {
            if (input.Fill()) ReadHeader();
            else if (input.Offset == 0) throw SourceErrors.Truncated(name, Format, 0);
            else ended = true;
            return;
        }
        Inflate();
        if (inflater.IsFinished) ReadTrailer();
    }

    private void Inflate()
    {
        outputStart = outputEnd = 0;
        try
        {
            outputEnd = inflater.Inflate(output, 0, output.Length);
        }
        // The inflater's tables are built from the data: a wrong one shows up as an index outside of them.
        catch (Exception e) when (e is SharpZipBaseException or IndexOutOfRangeException or ArgumentException or InvalidOperationException or OverflowException)
        {
            throw SourceErrors.Corrupt(name, Format, input.Offset, e.Message, e);
        }
        if (inflater.IsNeedingDictionary) throw SourceErrors.Corrupt(name, Format, input.Offset, "a preset dictionary");
        contentCrc.Update(new ArraySegment<byte>(output, 0, outputEnd));
        if (inflater.IsFinished)
        {
            // It reads ahead by some bits: what it did not use is the trailer's.
            input.Unread(inflater.RemainingInput);
        }
        else if (outputEnd == 0 && inflater.IsNeedingInput)
        {
            if (!input.Fill()) throw SourceErrors.Truncated(name, Format, input.Offset);
            inflater.SetInput(input.Array, input.Start, input.Available.Length);
            input.Advance(input.Available.Length);
        }
    }

    private void ReadHeader()
    {
        memberStart = input.Offset;
        var crc = new Crc32();
        int Next()
        {
            var value = input.ReadByte();
            if (value < 0) throw SourceErrors.Truncated(name, Format, input.Offset);
            crc.Update(value);
            return value;
        }

        if (Next() != 0x1F || Next() != 0x8B) throw SourceErrors.TrailingGarbage(name, Format, memberStart);
        if (Next() != 8) throw SourceErrors.Corrupt(name, Format, input.Offset, "unknown compression method");
        var flags = Next();
        if ((flags & FlagsReserved) != 0) throw SourceErrors.Corrupt(name, Format, input.Offset, "reserved flags are set");
        for (var i = 0; i < 6; i++) Next(); // MTIME, XFL, OS
        if ((flags & FlagExtra) != 0)
        {
            var length = Next() | (Next() << 8);
            for (var i = 0; i < length; i++) Next();
        }
        if ((flags & FlagName) != 0) while (Next() != 0) { }
        if ((flags & FlagComment) != 0) while (Next() != 0) { }
        if ((flags & FlagHeaderCrc) != 0)
        {
            var expected = (int)crc.Value & 0xFFFF;
            if ((Next() | (Next() << 8)) != expected) throw SourceErrors.Corrupt(name, Format, input.Offset, "header checksum differs");
        }
        inflater.Reset();
        contentCrc.Reset();
        inMember = true;
    }

    private void ReadTrailer()
    {
        Span<byte> trailer = stackalloc byte[8];
        for (var i = 0; i < trailer.Length; i++)
        {
            var value = input.ReadByte();
            if (value < 0) throw SourceErrors.Truncated(name, Format, input.Offset);
            trailer[i] = (byte)value;
        }
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer) != (uint)contentCrc.Value)
            throw SourceErrors.Corrupt(name, Format, input.Offset, $"checksum differs in the member that begins at byte {memberStart}");
        // ISIZE is the length modulo 2^32.
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]) != (uint)inflater.TotalOut)
            throw SourceErrors.Corrupt(name, Format, input.Offset, $"length differs in the member that begins at byte {memberStart}");
        inMember = false;
    }
}
