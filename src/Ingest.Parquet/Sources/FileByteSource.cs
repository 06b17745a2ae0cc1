using Microsoft.Win32.SafeHandles;

namespace Ingest.Parquet.Sources;

/// <summary>A local file, read by positional reads, so that threads share one handle without a lock.</summary>
public sealed class FileByteSource : ByteSource
{
    private readonly SafeFileHandle handle;

    /// <summary>Opens the file at <paramref name="path"/> for reading; others may read, write or replace it.</summary>
    /// <exception cref="ParquetException">The file cannot be opened.</exception>
    public FileByteSource(string path)
    {
        Name = path;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
            Length = RandomAccess.GetLength(handle);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            handle?.Dispose();
            throw ParquetErrors.Io(e).At(path);
        }
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override long Length { get; }

    /// <inheritdoc/>
    protected override int ReadSome(long offset, Span<byte> destination)
    {
        try
        {
            return RandomAccess.Read(handle, destination, offset);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ParquetErrors.Io(e).At(Name, offset: offset);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        handle.Dispose();
        base.Dispose(disposing);
    }
}
