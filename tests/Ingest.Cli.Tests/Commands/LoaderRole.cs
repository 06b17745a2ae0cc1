namespace Ingest.Cli.Tests.Commands;

/// <summary>A role that may log in and nothing else, dropped with its rights when disposed.</summary>
internal sealed class LoaderRole : IAsyncDisposable
{
    private const string Password = "pw of a loader";
    private readonly CliScene scene;

    private LoaderRole(CliScene scene, string name)
    {
        this.scene = scene;
        Name = name;
    }

    /// <summary>The role.</summary>
    public string Name { get; }

    /// <summary>Logs in as the role.</summary>
    public string Dsn => scene.DsnOf(Name, Password);

    /// <summary>Creates the role.</summary>
    public static async Task<LoaderRole> CreateAsync(CliScene scene)
    {
        var role = new LoaderRole(scene, "loader_" + Guid.NewGuid().ToString("N")[..12]);
        await scene.Database.ExecuteAsync($"CREATE ROLE {role.Name} LOGIN PASSWORD '{Password}'");
        return role;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await scene.Database.ExecuteAsync($"DROP OWNED BY {Name}; DROP ROLE {Name}");
}
