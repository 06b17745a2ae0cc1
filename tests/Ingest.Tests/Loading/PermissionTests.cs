using Ingest.Lanes;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>What a role lacks is said by the plan; what it has is enough.</summary>
public sealed class PermissionTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<LoadMode, string, string> Missing => new()
    {
        { LoadMode.Append, "SELECT, UPDATE, DELETE", "INSERT" },
        { LoadMode.Upsert, "SELECT, UPDATE", "INSERT" },
        { LoadMode.Upsert, "SELECT, INSERT", "UPDATE" },
        { LoadMode.Upsert, "INSERT, UPDATE", "SELECT" },
        { LoadMode.InsertIgnore, "INSERT", "SELECT" },
        { LoadMode.Replace, "SELECT, INSERT, UPDATE", "DELETE" },
        { LoadMode.Replace, "SELECT, DELETE, UPDATE", "INSERT" },
        { LoadMode.Replace, "SELECT, DELETE, INSERT", "UPDATE" },
        { LoadMode.Replace, "DELETE, INSERT, UPDATE", "SELECT" },
    };

    [Theory]
    [MemberData(nameof(Missing))]
    public async Task The_grant_that_a_mode_lacks_is_named(LoadMode mode, string granted, string missing)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old')");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT {granted} ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");
        var job = LoadScene.Job(scene.Write("p.csv", "id,v\n2,a\n")) with { Mode = mode };

        var refusal = await scene.RefusedAsync(job, role.ConnectionString);
        await scene.Database.ExecuteAsync($"GRANT {missing} ON t TO {role.Name}");
        var loaded = await scene.LoadAsync(job, role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
        Assert.Contains($"GRANT {missing} ON public.t", refusal.Message, StringComparison.Ordinal);
        Assert.True(loaded.ExitCode == ExitCode.Success, loaded.Error?.Message);
    }

    [Fact]
    public async Task An_upsert_needs_no_right_to_change_its_key()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text); INSERT INTO t VALUES (1, 'old')");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE (v) ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");

        var loaded = await scene.LoadAsync(LoadScene.Job(scene.Write("p.csv", "id,v\n1,a\n")), role.ConnectionString);

        Assert.Equal((ExitCode.Success, 1L), (loaded.ExitCode, loaded.Total.Updated));
    }

    [Fact]
    public async Task Rights_on_the_columns_of_a_file_are_enough_for_an_upsert()
    {
        await using var scene = await LoadScene.CreateAsync(
            postgres, "CREATE TABLE t (id int PRIMARY KEY, v text, note text); INSERT INTO t VALUES (1, 'old'), (2, 'same'), (3, 'old')");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync(
            $"GRANT SELECT (id, v), INSERT (id, v), UPDATE (v) ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");

        var first = await scene.LoadAsync(LoadScene.Job(scene.Write("p.csv", "id,v\n1,new\n2,same\n3,new\n4,a\n5,b\n")), role.ConnectionString);
        var second = await scene.LoadAsync(LoadScene.Job(scene.Write("q.csv", "id,v\n1,new\n2,same\n3,later\n5,c\n6,d\n")), role.ConnectionString);

        Assert.True(first.ExitCode == ExitCode.Success && second.ExitCode == ExitCode.Success, $"{first.Error?.Message} {second.Error?.Message}");
        Assert.Equal((2L, 2L, 1L), (first.Total.Inserted, first.Total.Updated, first.Total.Unchanged));
        Assert.Equal((1L, 2L, 2L), (second.Total.Inserted, second.Total.Updated, second.Total.Unchanged));
        Assert.Equal(["1|new|∅", "2|same|∅", "3|later|∅", "4|a|∅", "5|c|∅", "6|d|∅"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_lane_looks_for_its_client_without_a_procedural_language()
    {
        const string interval = "client_connection_check_interval";
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int PRIMARY KEY, seen text DEFAULT current_setting('{interval}', true));
            DROP EXTENSION plpgsql;
            """);

        var loaded = await scene.LoadAsync(LoadScene.Job(scene.Write("p.csv", "id\n1\n")));

        Assert.True(loaded.ExitCode == ExitCode.Success, loaded.Error?.Message);
        var expected = await scene.Database.ScalarAsync<string>(
            $"SELECT CASE WHEN version() LIKE '%-linux-%' AND current_setting('{interval}', true) IS NOT NULL THEN '1s' ELSE coalesce(current_setting('{interval}', true), '') END");
        Assert.Equal(expected, await scene.Database.ScalarAsync<string>("SELECT coalesce(seen, '') FROM t"));
    }

    [Fact]
    public async Task A_role_without_temporary_tables_is_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT ALL ON t TO {role.Name}; REVOKE TEMPORARY ON DATABASE {role.Database} FROM PUBLIC; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");

        var refusal = await scene.RefusedAsync(LoadScene.Append(scene.Write("p.csv", "id\n1\n")), role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
        Assert.Contains("GRANT TEMPORARY ON DATABASE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_role_that_may_not_create_the_manifest_is_refused_and_one_that_finds_it_loads()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT INSERT ON t TO {role.Name}");
        var job = LoadScene.Append(scene.Write("p.csv", "id\n1\n"));

        var refusal = await scene.RefusedAsync(job, role.ConnectionString);
        await scene.LoadedAsync(LoadScene.Append(scene.Write("o.csv", "id\n0\n")));
        await scene.Database.ExecuteAsync($"GRANT USAGE ON SCHEMA ingest TO {role.Name}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ingest TO {role.Name}");
        var loaded = await scene.LoadAsync(job, role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
        Assert.Contains("may not create the manifest schema ingest", refusal.Message, StringComparison.Ordinal);
        Assert.True(loaded.ExitCode == ExitCode.Success, loaded.Error?.Message);
    }

    [Theory]
    [InlineData("REVOKE ALL ON SCHEMA ingest FROM {0}")]
    [InlineData("REVOKE ALL ON ingest.version FROM {0}")]
    [InlineData("REVOKE INSERT ON ingest.manifest FROM {0}")]
    [InlineData("REVOKE INSERT ON ingest.runs FROM {0}")]
    [InlineData("REVOKE UPDATE ON ingest.watermarks FROM {0}")]
    [InlineData("REVOKE INSERT ON ingest.rejects FROM {0}")]
    public async Task A_role_without_a_right_on_the_manifest_is_refused_before_its_file_is_read(string revoke)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.LoadedAsync(LoadScene.Append(scene.Write("o.csv", "id\n0\n")));
        await scene.Database.ExecuteAsync(
            $"GRANT INSERT ON t TO {role.Name}; GRANT USAGE ON SCHEMA ingest TO {role.Name}; GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA ingest TO {role.Name}");
        await scene.Database.ExecuteAsync(string.Format(revoke, role.Name));

        var refusal = await scene.RefusedAsync(LoadScene.Append(scene.Write("p.csv", "id\n1\nx\n")), role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
    }

    [Fact]
    public async Task A_key_whose_bytes_an_upsert_may_change_needs_the_right_to()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id numeric PRIMARY KEY, v text)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"GRANT SELECT, INSERT, UPDATE (v) ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name}");

        var refusal = await scene.RefusedAsync(LoadScene.Job(scene.Write("p.csv", "id,v\n1,a\n")), role.ConnectionString);

        Assert.Equal("42501", refusal.Code);
        Assert.Contains("may not UPDATE column id", refusal.Message, StringComparison.Ordinal);
    }
}
