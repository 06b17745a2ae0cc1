using Ingest.Postgres;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>
/// Expands the paths and patterns of a job. Own code, since Microsoft.Extensions.FileSystemGlobbing has neither
/// <c>?</c> nor <c>[…]</c>, and follows links into loops.
/// </summary>
internal static class FileGlob
{
    private static readonly char[] Separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];

    /// <summary>
    /// The files in load order: the patterns as given, the matches of each in ordinal order, every file once (the
    /// first time that it is reached, by whatever name).
    /// </summary>
    /// <param name="patterns">Paths, patterns and <c>-</c> for standard input.</param>
    /// <param name="standardInput">Opens standard input.</param>
    /// <exception cref="PlanException">A path or pattern names no file, a directory, or a folder that may not be listed.</exception>
    public static IReadOnlyList<SourceFile> Expand(IEnumerable<string> patterns, Func<Stream>? standardInput = null)
    {
        var files = new List<SourceFile>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pattern in patterns)
        {
            foreach (var file in pattern == "-" ? [SourceFile.Stdin(standardInput)] : ExpandOne(pattern))
            {
                if (seen.Add(Identity(file))) files.Add(file);
            }
        }
        return files;
    }

    /// <summary>The file, where only one can be meant.</summary>
    /// <exception cref="PlanException">As of <see cref="Expand"/>, or several files match.</exception>
    public static SourceFile Single(IEnumerable<string> patterns, Func<Stream>? standardInput = null)
    {
        var files = Expand(patterns, standardInput);
        return files.Count == 1 ? files[0] : throw PlanErrors.SeveralFiles(files.Count, files[0].Name);
    }

    private static IEnumerable<SourceFile> ExpandOne(string pattern)
    {
        if (pattern.Length == 0) throw new PlanException("file_not_found", "a file name is empty; check the variable that it comes from");
        // A path that exists wins over its reading as a pattern: "report[1].csv" is a name that browsers give.
        var node = FileNode.Of(pattern);
        if (node.Kind == FileNodeKind.Directory)
            throw new PlanException("is_directory", $"{Identifier.Show(pattern)} is a directory; name its files, for instance {Identifier.Show(Path.Join(pattern, "*.csv"))}");
        if (node.Kind is not (FileNodeKind.Missing or FileNodeKind.Denied)) return [SourceFile.Local(pattern)];
        if (!GlobPattern.IsPattern(pattern))
        {
            CheckName(pattern);
            throw node.Kind == FileNodeKind.Denied
                ? new PlanException("file_denied", $"{Identifier.Show(pattern)} may not be reached by this user; check the permissions of its folders")
                : new PlanException("file_not_found", $"{Identifier.Show(pattern)} does not exist");
        }
        var matches = new SortedSet<string>(StringComparer.Ordinal);
        var root = Path.GetPathRoot(pattern) ?? "";
        Walk(root, pattern[root.Length..].Split(Separators, StringSplitOptions.RemoveEmptyEntries), 0, matches);
        if (matches.Count == 0)
            throw new PlanException("no_match", $"the pattern {Identifier.Show(pattern)} matches no file (hidden files and links to folders are matched only when named)");
        return matches.Select(SourceFile.Local);
    }

    private static void Walk(string folder, string[] segments, int index, SortedSet<string> matches)
    {
        var segment = segments[index];
        var last = index == segments.Length - 1;
        if (segment == "**")
        {
            // Zero folders, or one more: links are not followed here, so no loop can be entered.
            if (last) AddFiles(folder, "*", matches);
            else Walk(folder, segments, index + 1, matches);
            foreach (var child in List(folder))
            {
                if (child is not DirectoryInfo { LinkTarget: null } || child.Name[0] == '.') continue;
                CheckName(Path.Join(folder, child.Name));
                Walk(Path.Join(folder, child.Name), segments, index, matches);
            }
        }
        else if (last)
        {
            AddFiles(folder, segment, matches);
        }
        else if (!GlobPattern.IsPattern(segment))
        {
            var path = Path.Join(folder, segment);
            if (FileNode.Of(path).Kind == FileNodeKind.Directory) Walk(path, segments, index + 1, matches);
        }
        else
        {
            foreach (var child in List(folder))
            {
                if (!GlobPattern.Matches(segment, child.Name)) continue;
                var path = Path.Join(folder, child.Name);
                CheckName(path);
                if (FileNode.Of(path).Kind == FileNodeKind.Directory) Walk(path, segments, index + 1, matches);
            }
        }
    }

    private static void AddFiles(string folder, string segment, SortedSet<string> matches)
    {
        if (!GlobPattern.IsPattern(segment))
        {
            AddFile(Path.Join(folder, segment), matches);
            return;
        }
        foreach (var child in List(folder))
        {
            if (!GlobPattern.Matches(segment, child.Name)) continue;
            CheckName(Path.Join(folder, child.Name));
            AddFile(Path.Join(folder, child.Name), matches);
        }
    }

    private static void AddFile(string path, SortedSet<string> matches)
    {
        // A FIFO would wait for a writer, a device never ends: only by their own names. A link to nothing is kept: it
        // fails when it is opened, where leaving it out would lose a file without a word.
        if (FileNode.Of(path).Kind is FileNodeKind.Regular or FileNodeKind.Dangling or FileNodeKind.Denied) matches.Add(path);
    }

    /// <summary>.NET shows bytes that are no UTF-8 as U+FFFD, and finds nothing under the name that it then has: a file would be left out without a word.</summary>
    private static void CheckName(string path)
    {
        if (path.Contains('\uFFFD', StringComparison.Ordinal) && FileNode.Of(path).Kind == FileNodeKind.Missing)
            throw new PlanException("bad_file_name", $"the name {Identifier.Show(path)} is not valid UTF-8 (\uFFFD stands for what is not); rename it");
    }

    private static FileSystemInfo[] List(string folder)
    {
        try
        {
            return new DirectoryInfo(folder.Length == 0 ? "." : folder).GetFileSystemInfos();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PlanException("folder_denied", $"the folder {Identifier.Show(folder)} may not be listed by this user; check its permissions or name the files", e);
        }
        catch (DirectoryNotFoundException)
        {
            return []; // Removed in the meantime.
        }
        catch (IOException e)
        {
            throw new PlanException("folder_unreadable", $"the folder {Identifier.Show(folder)} cannot be listed: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string Identity(SourceFile file)
    {
        if (file.Path is null) return "-";
        try
        {
            return CanonicalPath.Of(file.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Path.GetFullPath(file.Path); // A loop of links: the error comes when it is opened.
        }
    }
}
