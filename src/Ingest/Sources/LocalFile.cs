namespace Ingest.Sources;

/// <summary>Opens files of the file system, with a clear word for each that cannot be.</summary>
internal static class LocalFile
{
    /// <summary>Opens a regular file or a FIFO for reading from start to end.</summary>
    /// <param name="path">The path.</param>
    /// <param name="name">The name for messages.</param>
    /// <returns>The stream, and the identity from before it was opened (null for a FIFO).</returns>
    /// <exception cref="SourceException">There is no such file, or it may not or cannot be read.</exception>
    public static (Stream Stream, SourceIdentity? Identity) Open(string path, string name)
    {
        // Looked at first: a file that is replaced before it is opened is then noticed at the end.
        var node = FileNode.Of(path);
        switch (node.Kind)
        {
            case FileNodeKind.Missing: throw SourceErrors.NotFound(name);
            case FileNodeKind.Dangling: throw SourceErrors.Dangling(name);
            case FileNodeKind.Directory: throw SourceErrors.Directory(name);
            case FileNodeKind.Device: throw SourceErrors.Device(name);
            case FileNodeKind.Denied: throw SourceErrors.Denied(name);
        }
        try
        {
            var identity = node.Kind == FileNodeKind.Regular ? SourceIdentity.Of(path, node) : null;
            // No buffer of its own: reads go straight to the caller's. Shared with writers: a change is noticed, not prevented.
            var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan);
            return (stream, identity);
        }
        catch (UnauthorizedAccessException e)
        {
            throw SourceErrors.Denied(name, e);
        }
        catch (FileNotFoundException)
        {
            throw SourceErrors.NotFound(name);
        }
        catch (IOException e)
        {
            throw SourceErrors.OpenFailed(name, e);
        }
    }
}
