namespace Ingest.Parquet.Encodings;

/// <summary>Puts values together from the streams of their bytes.</summary>
internal static class StreamSplit
{
    /// <summary>Joins values from number <paramref name="first"/> on until <paramref name="destination"/> is full.</summary>
    /// <param name="data">All streams, each of <paramref name="count"/> bytes.</param>
    /// <param name="count">The number of values in the page.</param>
    /// <param name="first">The first value wanted.</param>
    /// <param name="width">The bytes of a value.</param>
    /// <param name="destination">Room for whole values.</param>
    public static void Join(ByteCursor data, int count, int first, int width, Span<byte> destination)
    {
        var wanted = destination.Length / width;
        if (wanted > count - first) throw ParquetErrors.Ends("the values of a page");
        for (var stream = 0; stream < width; stream++)
        {
            var bytes = data.Array.AsSpan(data.Position + (stream * count) + first, wanted);
            for (int i = 0, at = stream; i < bytes.Length; i++, at += width) destination[at] = bytes[i];
        }
    }
}
