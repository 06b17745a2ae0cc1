namespace Ingest.Formats.Parquet;

/// <summary>The hashes of a file as stored: with the footer's, that of its bytes up to the end of a row group stands for all rows up to there.</summary>
internal interface IRowGroupHashes : IDisposable
{
    /// <summary>The hash of the footer and of everything up to the end of a row group.</summary>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    byte[] At(int group, CancellationToken cancellationToken);

    /// <summary>SHA-256 of the whole file.</summary>
    /// <exception cref="SourceException">The file cannot be read.</exception>
    byte[] Whole(CancellationToken cancellationToken);
}
