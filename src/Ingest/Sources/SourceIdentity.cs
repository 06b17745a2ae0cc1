namespace Ingest.Sources;

/// <summary>
/// Which file a path led to, and in which state: taken before the file is opened and compared before the last commit.
/// </summary>
/// <param name="CanonicalPath">The absolute path, symbolic links resolved: one file by two names has one identity.</param>
/// <param name="Size">The size in bytes.</param>
/// <param name="ModifiedUtc">The time of the last change of the content, as fine as the file system keeps it.</param>
/// <param name="Device">The device that holds it, where the system tells.</param>
/// <param name="Inode">Its number on that device, where the system tells.</param>
internal sealed record SourceIdentity(string CanonicalPath, long Size, DateTime ModifiedUtc, ulong? Device, ulong? Inode)
{
    /// <summary>The identity of a regular file.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="node">What stands there.</param>
    /// <exception cref="SourceException">The links of the path lead in a circle, or may not be read.</exception>
    public static SourceIdentity Of(string path, in FileNode node)
    {
        try
        {
            return new(Sources.CanonicalPath.Of(path), node.Size, node.ModifiedUtc, node.Device, node.Inode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.OpenFailed(path, e);
        }
    }

    /// <summary>
    /// Whether the file at the path is no longer the one that was opened: appended to, truncated, rewritten, replaced
    /// or removed.
    /// </summary>
    /// <param name="how">What changed, for a message: <c>grew from 10 to 20 bytes</c>.</param>
    public bool HasChanged(out string how)
    {
        var now = FileNode.Of(CanonicalPath);
        how = now.Kind != FileNodeKind.Regular ? "is gone"
            : now.Device != Device || now.Inode != Inode ? "was replaced by another file"
            : now.Size > Size ? $"grew from {Size} to {now.Size} bytes"
            : now.Size < Size ? $"shrank from {Size} to {now.Size} bytes"
            : now.ModifiedUtc != ModifiedUtc ? "was written to"
            : "";
        return how.Length > 0;
    }

    /// <summary>Throws when what was opened again is not this file as it was: its end would be taken for the end of the records.</summary>
    /// <param name="opened">The identity of what was opened.</param>
    /// <param name="name">The file as the user named it.</param>
    /// <exception cref="SourceException">It has changed; the message says how.</exception>
    public void ThrowIfNot(SourceIdentity? opened, string name)
    {
        if (opened == this) return;
        ThrowIfChanged(name);
        throw SourceErrors.Changed(name, "was written to");
    }

    /// <summary>Throws when the file is no longer the one that was opened.</summary>
    /// <param name="name">The file as the user named it.</param>
    /// <exception cref="SourceException">It has changed; the message says how.</exception>
    public void ThrowIfChanged(string name)
    {
        if (HasChanged(out var how)) throw SourceErrors.Changed(name, how);
    }
}
