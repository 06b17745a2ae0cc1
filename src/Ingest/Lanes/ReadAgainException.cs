namespace Ingest.Lanes;

/// <summary>A batch failed whose rows are gone: the run goes back to what is committed and reads them again.</summary>
internal sealed class ReadAgainException(string message, bool isRefusal)
    : IngestException("read_again", message, ExitCode.FileFailed)
{
    /// <summary>Whether the server refused a row; else the way to it broke.</summary>
    public bool IsRefusal => isRefusal;

    /// <inheritdoc/>
    public override bool IsRetriable => true;
}
