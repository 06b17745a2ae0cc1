using System.IO.Compression;
using System.Text;

namespace Ingest.Benchmarks.Data;

/// <summary>Writes the rows of a dataset as a CSV file with header.</summary>
internal static class DatasetFile
{
    private const int BufferSize = 1 << 20;

    /// <summary>Writes a file; one whose name ends in <c>.gz</c> is compressed.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="dataset">What the rows are.</param>
    /// <param name="first">The number of the first row.</param>
    /// <param name="rows">How many rows.</param>
    /// <param name="changedPercent">The share of rows that differ from the usual file.</param>
    public static void Write(string path, Dataset dataset, long first, long rows, int changedPercent)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        if (!path.EndsWith(".gz", StringComparison.Ordinal))
        {
            Write(file, dataset, first, rows, changedPercent);
            return;
        }
        using var gzip = new GZipStream(file, CompressionLevel.Optimal);
        Write(gzip, dataset, first, rows, changedPercent);
    }

    /// <summary>The text of a dataset's first rows, without header, of about a length in bytes.</summary>
    public static byte[] Text(Dataset dataset, int length)
    {
        var text = new byte[length + dataset.RecordSpace];
        var written = 0;
        for (long row = 0; written < length; row++) written += dataset.WriteRow(text.AsSpan(written), row, changed: false);
        return text[..written];
    }

    private static void Write(Stream target, Dataset dataset, long first, long rows, int changedPercent)
    {
        var buffer = new byte[BufferSize];
        var length = Encoding.UTF8.GetBytes(dataset.Header + "\n", buffer);
        for (var row = first; row < first + rows; row++)
        {
            length += dataset.WriteRow(buffer.AsSpan(length), row, Dataset.IsChanged(row, changedPercent));
            if (length <= BufferSize - dataset.RecordSpace) continue;
            target.Write(buffer, 0, length);
            length = 0;
        }
        target.Write(buffer, 0, length);
    }
}
