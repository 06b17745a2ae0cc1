using System.Text.RegularExpressions;

namespace Ingest.Plan;

/// <summary>What the operator should know of the files before they are loaded: of many that are alike, once.</summary>
internal sealed partial class FileNotes
{
    /// <summary>So many files that are alike are still listed one by one.</summary>
    private const int MostAlike = 3;

    private readonly Dictionary<string, List<string>> alike = [];

    /// <summary>Adds what there is to say of a file.</summary>
    public void Add(FilePlan file)
    {
        foreach (var line in file.Describe())
        {
            var kind = Remark().Replace(line, "");
            if (!alike.TryGetValue(kind, out var lines)) alike.Add(kind, lines = []);
            lines.Add($"{file.Name}: {line}");
        }
    }

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines() => alike.Values.SelectMany(lines => lines.Count <= MostAlike
        ? lines
        : (IEnumerable<string>)[$"{lines[0]}; {lines.Count - 1} more files are like it"]);

    /// <summary>How something was told, at the end of a line, differs from file to file.</summary>
    [GeneratedRegex(@" \([^()]*(\([^()]*\)[^()]*)*\)$")]
    private static partial Regex Remark();
}
