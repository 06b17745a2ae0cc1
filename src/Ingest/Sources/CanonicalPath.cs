namespace Ingest.Sources;

/// <summary>The one absolute path of a file, whatever links it was named by (realpath(3), portable).</summary>
internal static class CanonicalPath
{
    // MAXSYMLINKS of Linux and macOS: more is a loop.
    private const int MaxLinks = 40;

    /// <summary>Follows every symbolic link on the way.</summary>
    /// <param name="path">An existing path, absolute or relative to the current directory.</param>
    /// <exception cref="IOException">The links lead in a circle.</exception>
    public static string Of(string path)
    {
        var root = Path.GetPathRoot(path);
        var resolved = string.IsNullOrEmpty(root) || !Path.IsPathFullyQualified(path)
            ? Path.GetFullPath(string.IsNullOrEmpty(root) ? "." : root)
            : root;
        // Not Path.GetFullPath on the whole: ".." after a link leaves the link's target, not the link.
        var pending = new Stack<string>();
        PushParts(pending, path[(root?.Length ?? 0)..]);
        var links = 0;
        while (pending.TryPop(out var part))
        {
            if (part is "." or "") continue;
            if (part is "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }
            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MaxLinks) throw new IOException($"too many symbolic links in {path}");
            var targetRoot = Path.GetPathRoot(target);
            if (!string.IsNullOrEmpty(targetRoot)) resolved = targetRoot;
            PushParts(pending, target[(targetRoot?.Length ?? 0)..]);
        }
        return resolved;
    }

    private static void PushParts(Stack<string> pending, string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        for (var i = parts.Length - 1; i >= 0; i--) pending.Push(parts[i]);
    }
}
