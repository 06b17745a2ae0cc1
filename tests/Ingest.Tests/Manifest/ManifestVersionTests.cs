using Ingest.Testing;
using Ingest.Tests.Loading;

namespace Ingest.Tests.Manifest;

/// <summary>A manifest that another version of the program has made.</summary>
public sealed class ManifestVersionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData(0)]
    [InlineData(99)]
    public async Task It_is_left_alone(int version)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("a.csv", "id\n1\n"));
        await scene.LoadedAsync(job);
        await scene.Database.ExecuteAsync($"UPDATE ingest.version SET version = {version}");

        Assert.Equal("manifest_version", (await scene.RefusedAsync(job with { Force = true })).Code);
        Assert.Equal("manifest_version", (await scene.RefusedAsync(job with { DryRun = true })).Code);
    }
}
