using Ingest.Lanes;

namespace Ingest.Tests.BadInput;

/// <summary>Texts for one type, of which the server itself says what each must become.</summary>
/// <param name="Name">What is tried, as a sentence.</param>
/// <param name="Type">The column's type as SQL writes it.</param>
/// <param name="Texts">The field texts.</param>
internal sealed record TypeCase(string Name, string Type, params string[] Texts)
{
    /// <summary>What makes the type.</summary>
    public string Ddl { get; init; } = "";

    /// <summary>The server's major version from which on the type, or what it takes, is as expected here.</summary>
    public int Since { get; init; }

    /// <summary>What the column is held to beside its type.</summary>
    public string Constraint { get; init; } = "";

    /// <summary>
    /// Texts that the server reads and that are rejected all the same, because what they mean hangs on the clock, on a
    /// setting or on the server's C library.
    /// </summary>
    public string[] ByDecision { get; init; } = [];

    /// <summary>Texts that both refuse, with another SQLSTATE here than there.</summary>
    public string[] OtherCode { get; init; } = [];

    /// <summary>How rows are applied: copied straight in, or staged and merged.</summary>
    public LoadMode Mode { get; init; } = LoadMode.Append;

    /// <summary>The same through a stage.</summary>
    public TypeCase Staged => this with { Name = Name + " (staged)", Mode = LoadMode.Upsert };
}
