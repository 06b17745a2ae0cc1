namespace Ingest.Sandbox;

/// <summary>What a sandbox is started with.</summary>
public sealed record SandboxOptions
{
    /// <summary>The variable that names a server to use instead of a private cluster.</summary>
    public const string DsnVariable = "INGEST_TEST_DSN";

    /// <summary>The variable that names the folder with PostgreSQL's server binaries.</summary>
    public const string BinVariable = "INGEST_PG_BIN";

    /// <summary>The base configuration.</summary>
    public SandboxPreset Preset { get; init; } = SandboxPreset.Test;

    /// <summary>Lines for <c>postgresql.conf</c>, name to value; they win over the preset.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>Databases to create besides <c>postgres</c>.</summary>
    public IReadOnlyList<string> Databases { get; init; } = [];

    /// <summary>The superuser's password; null for a random one.</summary>
    public string? Password { get; init; }

    /// <summary>The loopback port; null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>
    /// The folder under which the cluster's own folder is made; null for one in memory where the preset is
    /// <see cref="SandboxPreset.Test"/> and there is room, else the system's temporary folder.
    /// </summary>
    public string? ParentFolder { get; init; }

    /// <summary>The folder with <c>initdb</c>, <c>pg_ctl</c> and <c>postgres</c>; null to search for it.</summary>
    public string? BinFolder { get; init; }

    /// <summary>
    /// A server to use instead of a private cluster, as a URI or in Npgsql's keyword form; by default what
    /// <see cref="DsnVariable"/> says. Set it to null to insist on a private cluster.
    /// </summary>
    public string? Dsn { get; init; } = Environment.GetEnvironmentVariable(DsnVariable) is { Length: > 0 } dsn ? dsn : null;

    /// <summary>The preset alone: a record's own text would show the password and the address.</summary>
    public override string ToString() => $"{nameof(SandboxOptions)} {{ {nameof(Preset)} = {Preset} }}";
}
