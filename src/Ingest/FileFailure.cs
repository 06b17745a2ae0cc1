namespace Ingest;

/// <summary>Says in words why a file of the user's cannot be read or written.</summary>
public static class FileFailure
{
    /// <summary>The reason in one line, without a full stop and without the file's name.</summary>
    /// <param name="file">The file as it was opened.</param>
    /// <param name="error">What opening, reading or writing it led to.</param>
    public static string Reason(string file, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return error switch
        {
            FileNotFoundException => "it does not exist",
            DirectoryNotFoundException => "its folder does not exist",
            // A directory that is opened as a file comes as an access that is denied.
            UnauthorizedAccessException => Directory.Exists(file) ? "it is a directory" : "this user may not",
            _ => WithoutPath(error.Message),
        };
    }

    /// <summary>The system's message, which .NET follows by the path: <c>No space left on device : '/mnt/bad.csv'</c>.</summary>
    private static string WithoutPath(string message)
    {
        var line = message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        var path = line.IndexOf(" : '", StringComparison.Ordinal);
        return path > 0 ? line[..path] : line;
    }
}
