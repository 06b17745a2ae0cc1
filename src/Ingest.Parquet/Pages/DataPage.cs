using Ingest.Parquet.Encodings;
using Ingest.Parquet.Metadata;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Pages;

/// <summary>A data page that is being decoded: its levels, its values, and how far both are.</summary>
internal sealed class DataPage<T>
    where T : unmanaged
{
    private readonly RawPage page;
    private readonly LevelDecoder? repetitions;
    private readonly LevelDecoder? definitions;
    private readonly ValueDecoder<T> values;

    /// <summary>Takes over the page.</summary>
    public DataPage(in RawPage page, LeafColumn column, DictionaryPage<T>? dictionary, PageMemory memory, ParquetLimits limits)
    {
        this.page = page;
        var buffer = page.Buffer;
        Offset = page.Offset;
        EntryCount = page.Header.ValueCount;
        var data = new ByteCursor(buffer.Array, 0, buffer.Length);
        if (page.IsVersion2)
        {
            repetitions = Version2Levels(ref data, page.Header.RepetitionBytes, column.MaxRepetitionLevel);
            definitions = Version2Levels(ref data, page.Header.DefinitionBytes, column.MaxDefinitionLevel);
        }
        else
        {
            repetitions = Version1Levels(ref data, page.Header.RepetitionEncoding, column.MaxRepetitionLevel, EntryCount);
            definitions = Version1Levels(ref data, page.Header.DefinitionEncoding, column.MaxDefinitionLevel, EntryCount);
        }
        values = page.Values is { } pieces
            ? ValueDecoders.CreateInPieces(column, page.Header.Encoding, pieces, dictionary, memory)
            : ValueDecoders.Create(column, page.Header.Encoding, buffer, data, dictionary, memory, limits);
    }

    /// <summary>The offset of the page in the file.</summary>
    public long Offset { get; }

    /// <summary>The number of entries.</summary>
    public int EntryCount { get; }

    /// <summary>The bytes of the page after decompression.</summary>
    public int Bytes => page.Header.UncompressedBytes;

    /// <summary>The bytes of it that are in memory as a whole.</summary>
    public int HeldBytes => page.Buffer.Length;

    /// <summary>
    /// Whether the values are decompressed as they are read: memory is taken for them then, on average
    /// <see cref="Bytes"/> divided by <see cref="EntryCount"/>.
    /// </summary>
    public bool IsInPieces => page.Values is not null;

    /// <summary>Repeated columns: the entries whose levels have been read.</summary>
    public int LevelsRead { get; private set; }

    /// <summary>The entries whose values have been read.</summary>
    public int ValuesRead { get; private set; }

    /// <summary>Reads the next levels of a repeated column.</summary>
    public void ReadLevels(Span<byte> repetition, Span<byte> definition)
    {
        repetitions?.Read(repetition);
        definitions?.Read(definition);
        LevelsRead += repetition.Length;
    }

    /// <summary>Reads the next definition levels of a column without repetition.</summary>
    public void ReadDefinitions(Span<byte> definition) => definitions?.Read(definition);

    /// <summary>Reads the values of the next <paramref name="slots"/>.Length entries, of which some are null.</summary>
    public void ReadValues(Span<T> slots, ReadOnlySpan<byte> definition, int maxDefinition, int valueCount, BufferList buffers)
    {
        values.Read(slots[..valueCount], buffers);
        if (valueCount < slots.Length) NullSpread.Spread(slots, definition, maxDefinition, valueCount);
        ValuesRead += slots.Length;
    }

    /// <summary>Checks, once all is read, that a page that was decompressed as it was read has no more bytes than declared.</summary>
    public void Finish() => page.Values?.Finish();

    public void Release()
    {
        values.Release();
        page.Release();
    }

    private static RleLevelDecoder? Version2Levels(ref ByteCursor data, int bytes, int max)
    {
        var start = data.Position;
        data.Take(bytes, "the levels");
        return max == 0 ? null : new RleLevelDecoder(new ByteCursor(data.Array, start, data.Position), max);
    }

    private static LevelDecoder? Version1Levels(ref ByteCursor data, int encoding, int max, int count)
    {
        if (max == 0) return null;
        switch ((PageEncoding)encoding)
        {
            case PageEncoding.Rle:
                return new RleLevelDecoder(data.TakePrefixed("the levels"), max);
            case PageEncoding.BitPacked:
                var start = data.Position;
                var bytes = BitPackedLevelDecoder.BytesFor(count, max);
                if (bytes > data.Remaining) throw ParquetErrors.Ends("the levels");
                data.Position += (int)bytes;
                return new BitPackedLevelDecoder(new ByteCursor(data.Array, start, data.Position), max);
            default:
                throw ParquetErrors.UnknownEncoding(encoding, "level");
        }
    }
}
