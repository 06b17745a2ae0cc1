using System.Text.RegularExpressions;

namespace Ingest.FaultTests;

/// <summary>Judges how loads end: by the documented codes, with one line for the operator, without a secret, in bounded memory.</summary>
internal sealed partial class EndCheck
{
    /// <summary>What a load may use at most.</summary>
    public const long MostMemory = 200L << 20;

    private const int Loaded = 0, LoadedWithRejects = 3;

    private const int Killed = 128 + IngestProcess.KillSignal;

    private static readonly string[] Canaries =
    [
        FaultScene.CanaryCell, FaultCluster.CanaryPassword, Uri.EscapeDataString(FaultCluster.CanaryPassword),
        FaultCluster.CanaryPassword.Replace("\"", "\\\"", StringComparison.Ordinal),
    ];

    private readonly List<int> ends = [];
    private readonly List<string> problems = [];

    /// <summary>The exit codes so far.</summary>
    public IReadOnlyList<int> Ends => ends;

    /// <summary>What may not be.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The most memory that a load had, in bytes.</summary>
    public long PeakMemory { get; private set; }

    /// <summary>Judges an end; true when the load succeeded.</summary>
    /// <param name="end">The exit code and what was printed.</param>
    /// <param name="faults">The faults that happened to it.</param>
    /// <param name="memory">The most memory that it had.</param>
    /// <param name="isAlone">Whether one fault is all that happens: among others it may come when there is nothing left that it could break.</param>
    public bool Judge((int ExitCode, string Output, string Errors) end, IReadOnlyList<Fault> faults, long memory, bool isAlone)
    {
        ends.Add(end.ExitCode);
        PeakMemory = Math.Max(PeakMemory, memory);
        if (memory > MostMemory) problems.Add($"{memory >> 20} MB of memory");
        foreach (var canary in Canaries.Where(c => (end.Output + end.Errors).Contains(c, StringComparison.Ordinal)))
            problems.Add($"{(canary == FaultScene.CanaryCell ? "a cell" : "the password")} was printed: {LineWith(canary, end.Output + end.Errors)}");
        if (StackTrace().IsMatch(end.Output + end.Errors)) problems.Add("a stack trace was printed: " + end.Errors);

        // The file has rejects, so 0 only means that there was nothing left to do.
        var hasSucceeded = end.ExitCode == LoadedWithRejects || (end.ExitCode == Loaded && end.Output.Contains("\"already_loaded\"", StringComparison.Ordinal));
        if (hasSucceeded && isAlone && faults.FirstOrDefault(f => f.MustEnd) is { } fatal) problems.Add($"it succeeded in spite of: {fatal}");
        if (hasSucceeded || end.ExitCode == Killed) return hasSucceeded;

        var silent = faults.Any(f => f.Redirection.Contains("2>", StringComparison.Ordinal));
        var lines = ErrorLine().Matches(end.Errors);
        var expected = faults.Where(f => f.Ends.Contains(end.ExitCode)).ToList();
        if (expected.Count == 0) problems.Add($"it ended with {end.ExitCode}: {end.Errors}");
        else if (lines.Count != 1 && !silent) problems.Add($"{lines.Count} error lines with exit code {end.ExitCode}: {end.Errors}");
        else if (!silent && !expected.Any(f => Regex.IsMatch(lines[0].Groups[1].Value, $"^({f.Codes})$")))
            problems.Add($"an error of another kind than {string.Join(" or ", expected.Select(f => f.Codes))}: {lines[0].Value}");
        else if (!silent && !expected.Any(f => lines[0].Value.Contains(f.Says, StringComparison.Ordinal)))
            problems.Add($"an error that does not say {string.Join(" or ", expected.Select(f => f.Says))}: {lines[0].Value}");
        return false;
    }

    private static string LineWith(string text, string all) => all.Split('\n').First(l => l.Contains(text, StringComparison.Ordinal));

    [GeneratedRegex(@"^ingest: error: .*\(([A-Za-z0-9_]+)\)\r?$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();

    [GeneratedRegex(@"^\s+at \w+[.\w]*\(|^Unhandled exception", RegexOptions.Multiline)]
    private static partial Regex StackTrace();
}
