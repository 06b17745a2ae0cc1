using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Tests.Loading;

namespace Ingest.Tests.BadInput;

/// <summary>A role that lacks a right is told which grant is missing before a row moves, and with that grant it loads.</summary>
public sealed class RightsTests(BadInputDatabase database) : IClassFixture<BadInputDatabase>
{
    // What is taken away, and how the message must ask for it; {s} is the schema, {r} the role, {d} the database.
    private sealed record Right(string Name, LoadMode Mode, string Revoke, string Grant)
    {
        public Func<LoadJob, LoadJob> Job { get; init; } = job => job;
    }

    private static readonly Right[] Table =
    [
        new("To insert, for an append", LoadMode.Append, "INSERT ON {s}.t", "INSERT ON {s}.t"),
        new("To insert, for an upsert", LoadMode.Upsert, "INSERT ON {s}.t", "INSERT ON {s}.t"),
        new("To update, for an upsert", LoadMode.Upsert, "UPDATE ON {s}.t", "UPDATE ON {s}.t"),
        new("To read, for an upsert", LoadMode.Upsert, "SELECT ON {s}.t", "SELECT ON {s}.t"),
        new("To read, for an insert-ignore", LoadMode.InsertIgnore, "SELECT ON {s}.t", "SELECT ON {s}.t"),
        new("To delete, for a replacement", LoadMode.Replace, "DELETE ON {s}.t", "DELETE ON {s}.t"),
        new("To use the schema", LoadMode.Append, "USAGE ON SCHEMA {s}", "USAGE ON SCHEMA \"{s}\""),
        new("To create temporary tables", LoadMode.Append, "TEMPORARY ON DATABASE {d}", "TEMPORARY ON DATABASE \"{d}\""),
        new("To create a table", LoadMode.Append, "CREATE ON SCHEMA {s}", "CREATE ON SCHEMA {s}") { Job = j => j with { CreateTable = true, Table = Ingest.Postgres.TableName.Parse(j.Table.Schema + ".created") } },
        new("To use the manifest", LoadMode.Append, "USAGE ON SCHEMA ingest", "USAGE ON SCHEMA ingest"),
        new("To read the manifest's version", LoadMode.Append, "SELECT ON ingest.version", "SELECT ON ingest.version"),
        new("To write runs", LoadMode.Append, "INSERT ON ingest.runs", "INSERT ON \"ingest\".runs"),
        new("To end runs", LoadMode.Append, "UPDATE ON ingest.runs", "UPDATE ON \"ingest\".runs"),
        new("To write files", LoadMode.Append, "INSERT ON ingest.manifest", "INSERT ON \"ingest\".manifest"),
        new("To write watermarks", LoadMode.Append, "UPDATE ON ingest.watermarks", "UPDATE ON \"ingest\".watermarks"),
        new("To write rejects", LoadMode.Append, "INSERT ON ingest.rejects", "INSERT ON \"ingest\".rejects"),
    ];

    public static TheoryData<string> Cases => [.. Table.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_missing_grant_is_named_and_enough(string name)
    {
        var right = Table.Single(c => c.Name == name);
        await using var scene = await database.SceneAsync("CREATE TABLE t (id int PRIMARY KEY, v text); CREATE TABLE other (id int)");
        var schema = await scene.Database.ScalarAsync<string>("SELECT current_schema()::text");
        await using var role = await TestRole.CreateAsync(database.Postgres, scene.Database);
        string Sql(string text) => text.Replace("{s}", schema).Replace("{d}", role.Database).Replace("{r}", role.Name);
        // Makes the manifest.
        await scene.LoadedAsync(LoadScene.Append(scene.Write("first.csv", "id\n1\n")) with { Table = Ingest.Postgres.TableName.Parse("other") });
        await scene.Database.ExecuteAsync(Sql("""
            REVOKE TEMPORARY ON DATABASE {d} FROM PUBLIC; GRANT TEMPORARY ON DATABASE {d} TO {r};
            GRANT USAGE, CREATE ON SCHEMA {s} TO {r}; GRANT SELECT, INSERT, UPDATE, DELETE ON {s}.t TO {r};
            GRANT USAGE, CREATE ON SCHEMA ingest TO {r}; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ingest TO {r};
            """));
        var job = right.Job(LoadScene.Job(scene.Write("in.csv", "id,v\n1,a\nx,b\n")) with
        {
            Table = Ingest.Postgres.TableName.Parse(schema + ".t"), Mode = right.Mode, MaxRejects = new(1, null),
        });

        await scene.Database.ExecuteAsync(Sql($"REVOKE {right.Revoke} FROM {{r}}"));
        var refusal = await scene.RefusedAsync(job, role.ConnectionString);
        await scene.Database.ExecuteAsync(Sql($"GRANT {right.Revoke} TO {{r}}"));
        var loaded = await scene.LoadAsync(job, role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
        Assert.True(refusal.Message.Contains("GRANT " + Sql(right.Grant), StringComparison.Ordinal), refusal.Message);
        Assert.True(loaded.ExitCode is ExitCode.LoadedWithRejects or ExitCode.Success, loaded.Error?.Message);
        Assert.Equal(["1"], await scene.RowsAsync(table: "bystander"));
    }
}
