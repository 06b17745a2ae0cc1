namespace Ingest.Tests.BadInput;

/// <summary>How the load of an input must end. Nothing else is allowed: no hang, no other exception, no half of it.</summary>
internal abstract record Expected
{
    /// <summary>It loads, and these are the rows.</summary>
    public static Expected Loads(params string[] rows) => new Loaded(rows, []);

    /// <summary>It loads but for these rejects, each as <c>record|line|byte offset|column|code</c>.</summary>
    public static Expected Rejects(string[] rows, params string[] rejects) => new Loaded(rows, rejects);

    /// <summary>It is refused before the first row moves, with this code and with each of these parts in its one line.</summary>
    public static Expected Refused(string code, params string[] parts) => new Refusal(code, parts);

    /// <summary>It fails while it is read: as <see cref="Refused"/>, and these are the rows that the manifest owns up to.</summary>
    public static Expected Fails(string[] rows, string code, params string[] parts) => new Failure(rows, code, parts);

    /// <summary>It fails while it is read, and nothing of it is loaded.</summary>
    public static Expected Fails(string code, params string[] parts) => new Failure([], code, parts);

    internal sealed record Loaded(string[] Rows, string[] Rejected) : Expected;

    internal sealed record Refusal(string Code, string[] Parts) : Expected;

    internal sealed record Failure(string[] Rows, string Code, string[] Parts) : Expected;
}
