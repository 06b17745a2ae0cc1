namespace Ingest.Parquet.Encodings;

/// <summary>Dictionary indices as runs and bit-packed groups in turn (Encodings.md, "Dictionary Encoding").</summary>
internal interface IIndexRuns
{
    /// <summary>The next run when it repeats one value: takes up to <paramref name="most"/> of them.</summary>
    /// <returns>How many, or 0 when the next values are bit-packed.</returns>
    int TakeRepeated(int most, out int value);

    /// <summary>Reads bit-packed values, at most to the end of their run.</summary>
    /// <returns>How many were read, at least one.</returns>
    int TakePacked(Span<int> destination);
}
