namespace Ingest.Plan;

/// <summary>What the operator should know of the files before they are loaded: of many that are alike, once.</summary>
internal sealed class FileNotes
{
    /// <summary>So many files that are alike are still listed one by one.</summary>
    private const int MostAlike = 3;

    private readonly Dictionary<string, List<string>> alike = [];

    /// <summary>Adds what there is to say of a file.</summary>
    public void Add(FilePlan file)
    {
        foreach (var line in file.Describe())
        {
            var kind = WithoutRemark(line);
            if (!alike.TryGetValue(kind, out var lines)) alike.Add(kind, lines = []);
            lines.Add($"{file.Name}: {line}");
        }
    }

    /// <summary>The lines.</summary>
    public IEnumerable<string> Lines() => alike.Values.SelectMany(lines => lines.Count <= MostAlike
        ? lines
        : (IEnumerable<string>)[$"{lines[0]}; {lines.Count - 1} more files are like it"]);

    /// <summary>A line without how something was told, which differs from file to file: what stands in parentheses at its end.</summary>
    private static string WithoutRemark(string line)
    {
        if (!line.EndsWith(')')) return line;
        var depth = 0;
        for (var i = line.Length - 1; i > 0; i--)
        {
            if (line[i] == ')') depth++;
            else if (line[i] == '(' && --depth == 0) return line[i - 1] == ' ' ? line[..(i - 1)] : line;
        }
        return line;
    }
}
