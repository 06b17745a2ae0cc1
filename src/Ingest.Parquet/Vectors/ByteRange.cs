namespace Ingest.Parquet.Vectors;

/// <summary>Where a byte-array value is: a range of one of its vector's buffers.</summary>
/// <param name="Buffer">The buffer's index in the vector.</param>
/// <param name="Start">The first byte.</param>
/// <param name="Length">The number of bytes.</param>
internal readonly record struct ByteRange(int Buffer, int Start, int Length);
