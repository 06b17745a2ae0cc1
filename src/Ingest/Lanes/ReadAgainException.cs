namespace Ingest.Lanes;

/// <summary>A batch failed whose rows are gone: the run goes back to what is committed and reads them again.</summary>
internal sealed class ReadAgainException(string message, bool isRefusal)
    : IngestException("read_again", message, ExitCode.FileFailed)
{
    /// <summary>Whether the server refused a row, or another session was in its way; else the way to the server broke.</summary>
    public bool IsRefusal => isRefusal;

    /// <inheritdoc/>
    public override bool IsRetriable => true;
}
