namespace Ingest.Parquet.Encodings;

/// <summary>The indices of a page that is in memory. It may have none at all, not even their width, where all is null.</summary>
internal struct IndexRuns(ByteCursor data) : IIndexRuns
{
    /// <summary>Where messages find the fault.</summary>
    public const string Inside = "the dictionary indices of a page";

    private ByteCursor data = data;
    private HybridDecoder indices;
    private bool isStarted;

    /// <summary>Refuses a width of more than 32 bits.</summary>
    public static byte CheckWidth(byte width) =>
        width <= 32 ? width : throw ParquetErrors.Corrupt($"the dictionary indices of a page have {width} bits");

    public int TakeRepeated(int most, out int value)
    {
        if (!isStarted) Start();
        return indices.TakeRepeated(most, out value, Inside);
    }

    public int TakePacked(Span<int> destination) => indices.TakePacked(destination);

    private void Start()
    {
        var width = CheckWidth(data.ReadByte(Inside));
        indices = new HybridDecoder(data, width);
        isStarted = true;
    }
}
