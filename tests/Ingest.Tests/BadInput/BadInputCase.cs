using System.Text;
using Ingest.Plan;
using Ingest.Tests.Loading;

namespace Ingest.Tests.BadInput;

/// <summary>One input that something is wrong with.</summary>
/// <param name="Name">What is wrong, as a sentence.</param>
/// <param name="Ends">How its load must end.</param>
internal sealed record BadInputCase(string Name, Expected Ends)
{
    /// <summary>What makes the target <c>t</c>.</summary>
    public string Ddl { get; init; } = "CREATE TABLE t (id int, v text)";

    /// <summary>The name of the one file.</summary>
    public string FileName { get; init; } = "in.csv";

    /// <summary>The bytes of the one file.</summary>
    public byte[] Content { get; init; } = [];

    /// <summary>The text of the one file.</summary>
    public string Text { init => Content = Encoding.UTF8.GetBytes(value); }

    /// <summary>Makes the files where one with <see cref="Content"/> is not the point; returns what the job names.</summary>
    public Func<LoadScene, string[]>? Files { get; init; }

    /// <summary>What else the job says; by default it appends, with two lanes, and allows a thousand rejects.</summary>
    public Func<LoadJob, LoadJob> Job { get; init; } = job => job;

    /// <summary>The rows that are compared.</summary>
    public string Select { get; init; } = "SELECT * FROM t ORDER BY 1";

    /// <summary>What an error must name as the file; null for its name as given.</summary>
    public string? NamedAs { get; init; }

    /// <summary>Whether a refusal is of the target or the job, so that no file is at fault.</summary>
    public bool IsNotOfFile { get; init; }
}

/// <summary>The cases of one theme, by name.</summary>
internal sealed class BadInputTable(params BadInputCase[] cases)
{
    private readonly Dictionary<string, BadInputCase> byName = cases.ToDictionary(c => c.Name);

    /// <summary>The names, for a theory.</summary>
    public TheoryData<string> Names => [.. byName.Keys];

    /// <summary>The case of a name.</summary>
    public BadInputCase this[string name] => byName[name];
}
