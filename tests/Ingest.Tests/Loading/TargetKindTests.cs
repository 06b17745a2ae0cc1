using Ingest.Lanes;
using Ingest.Plan;
using Ingest.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Ingest.Tests.Loading;

/// <summary>Targets that are more than a plain table.</summary>
public sealed class TargetKindTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const string Partitioned =
        "CREATE TABLE t (id int PRIMARY KEY, v text) PARTITION BY RANGE (id); CREATE TABLE low PARTITION OF t FOR VALUES FROM (0) TO (10); "
        + "CREATE TABLE high PARTITION OF t FOR VALUES FROM (10) TO (20);";

    [Theory]
    [InlineData(1, 50_000)]
    [InlineData(2, 2)]
    public async Task A_partitioned_table_is_upserted_with_exact_counts(int lanes, int chunk)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"{Partitioned} INSERT INTO t VALUES (1, 'same'), (11, 'old')");
        var path = scene.Write("p.csv", "id,v\n1,same\n11,new\n2,a\n12,b\n2,c\n");

        var result = await scene.LoadedAsync(LoadScene.Job(path) with { Concurrency = lanes, ChunkSize = chunk });

        Assert.Equal(["1|same", "11|new", "12|b", "2|c"], await scene.RowsAsync("id::text"));
        Assert.Equal((5, 2, 1), (result.Total.Read, result.Total.Inserted, result.Total.Unchanged));
        Assert.Equal(2, result.Total.Updated + result.Total.Superseded);
    }

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    public async Task A_record_that_no_partition_takes_is_a_reject(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, Partitioned);
        var path = scene.Write("p.csv", "id,v\n1,a\n99,b\n12,c\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { Mode = mode, MaxRejects = new(1, null) }, 1);

        Assert.Equal(["2|3|23514|99,b"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task A_trigger_of_a_partition_that_drops_rows_is_counted()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            {Partitioned}
            CREATE FUNCTION drop_odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER d BEFORE INSERT ON low FOR EACH ROW EXECUTE FUNCTION drop_odd();
            """);

        var result = await scene.LoadedAsync(LoadScene.Append(scene.Write("p.csv", "id,v\n1,a\n2,b\n3,c\n12,d\n")));

        Assert.Equal(["2|b", "12|d"], await scene.RowsAsync("id"));
        Assert.Equal((2, 2), (result.Total.Inserted, result.Total.Skipped));
    }

    [Theory]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Upsert)]
    public async Task A_trigger_that_drops_rows_is_counted(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, v text);
            CREATE FUNCTION change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; NEW.v := upper(NEW.v); RETURN NEW; END';
            CREATE TRIGGER d BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION change();
            """);

        var result = await scene.LoadedAsync(LoadScene.Job(scene.Write("p.csv", "id,v\n1,a\n2,b\n3,c\n4,d\n")) with { Mode = mode });

        Assert.Equal(["2|B", "4|D"], await scene.RowsAsync());
        Assert.Equal((4, 2), (result.Total.Read, result.Total.Inserted));
    }

    [Theory]
    [InlineData("ALWAYS", LoadMode.Upsert)]
    [InlineData("BY DEFAULT", LoadMode.Upsert)]
    [InlineData("ALWAYS", LoadMode.Append)]
    [InlineData("BY DEFAULT", LoadMode.Append)]
    public async Task An_identity_column_takes_the_values_of_the_file(string kind, LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int GENERATED {kind} AS IDENTITY PRIMARY KEY, v text)");
        if (mode == LoadMode.Upsert) await scene.Database.ExecuteAsync("INSERT INTO t (id, v) OVERRIDING SYSTEM VALUE VALUES (7, 'old')");

        await scene.LoadedAsync(LoadScene.Job(scene.Write("i.csv", "id,v\n7,new\n100,x\n")) with { Mode = mode });

        Assert.Equal(["7|new", "100|x"], await scene.RowsAsync());
    }

    [Fact]
    public async Task An_identity_column_fills_itself_when_the_file_lacks_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v text)");

        await scene.LoadedAsync(LoadScene.Append(scene.Write("i.csv", "v\na\nb\n")));

        Assert.Equal(["1|a", "2|b"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Append)]
    [InlineData(LoadMode.Replace)]
    public async Task A_generated_column_is_computed_and_may_not_be_in_the_file(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, twice int GENERATED ALWAYS AS (id * 2) STORED)");

        var refusal = await scene.RefusedAsync(LoadScene.Job(scene.Write("g.csv", "id,twice\n1,2\n")) with { Mode = mode });
        await scene.LoadedAsync(LoadScene.Job(scene.Write("h.csv", "id\n1\n")) with { Mode = mode });

        Assert.Equal("428C9", refusal.Code);
        Assert.Equal(["1|2"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Append)]
    public async Task The_checks_of_domains_are_kept(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE DOMAIN code3 AS varchar(3); CREATE DOMAIN upper3 AS code3 CHECK (VALUE = upper(VALUE)); CREATE DOMAIN given AS int NOT NULL;
            CREATE TABLE t (id int PRIMARY KEY, c upper3, g given);
            """);
        var path = scene.Write("d.csv", "id,c,g\n1,ABC,1\n2,ABCD,1\n3,abc,1\n4,A,\n5,,2\n");

        await scene.RejectedAsync(LoadScene.Job(path) with { Mode = mode, MaxRejects = new(3, null) }, 3);

        Assert.Equal(["1|ABC|1", "5|∅|2"], await scene.RowsAsync());
        Assert.Equal(["2|3|22001|2,ABCD,1", "3|4|23514|3,abc,1", "4|5|23502|4,A,"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task A_table_with_row_level_security_is_loaded_within_its_policy()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        await using var role = await TestRole.CreateAsync(postgres, scene.Database);
        await scene.Database.ExecuteAsync($"""
            ALTER TABLE t ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON t USING (v <> 'secret') WITH CHECK (v <> 'secret');
            GRANT ALL ON t TO {role.Name}; GRANT CREATE ON DATABASE {role.Database} TO {role.Name};
            """);

        var loaded = await scene.LoadAsync(LoadScene.Append(scene.Write("a.csv", "id,v\n1,a\n2,b\n")), role.ConnectionString);
        var refused = await scene.LoadAsync(LoadScene.Append(scene.Write("b.csv", "id,v\n3,c\n4,secret\n")) with { MaxRejects = new(1, null) }, role.ConnectionString);

        Assert.Equal((ExitCode.Success, ExitCode.LoadedWithRejects), (loaded.ExitCode, refused.ExitCode));
        Assert.Equal(["1|a", "2|b", "3|c"], await scene.RowsAsync());
        Assert.Equal(["2|3|42501|4,secret"], await scene.RejectsAsync());
    }

    [Theory]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Append)]
    public async Task A_deferred_constraint_rejects_its_record_and_no_other(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE parents (id int PRIMARY KEY); INSERT INTO parents VALUES (1), (2);
            CREATE TABLE t (id int PRIMARY KEY, parent int REFERENCES parents DEFERRABLE INITIALLY DEFERRED);
            """);

        await scene.RejectedAsync(LoadScene.Job(scene.Write("f.csv", "id,parent\n1,1\n2,9\n3,2\n")) with { Mode = mode, MaxRejects = new(1, null) }, 1);

        Assert.Equal(["2|3|23503|2,9"], await scene.RejectsAsync());
    }

    [Theory]
    [InlineData(LoadMode.Upsert)]
    [InlineData(LoadMode.Append)]
    public async Task A_second_unique_index_rejects_its_record_and_no_other(LoadMode mode)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, sku text UNIQUE); INSERT INTO t VALUES (9, 'z')");

        await scene.RejectedAsync(LoadScene.Job(scene.Write("s.csv", "id,sku\n1,a\n2,z\n3,c\n")) with { Mode = mode, MaxRejects = new(1, null) }, 1);

        Assert.Equal(["1|a", "3|c", "9|z"], await scene.RowsAsync());
        Assert.Equal(["2|3|23505|2,z"], await scene.RejectsAsync());
    }

    [Fact]
    public async Task A_view_takes_an_append()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE base (id int); CREATE VIEW t AS SELECT id FROM base");

        await scene.LoadedAsync(LoadScene.Append(scene.Write("v.csv", "id\n1\n2\n")));

        Assert.Equal(["1", "2"], await scene.RowsAsync(table: "base"));
    }

    [Theory]
    [InlineData("char(4)")]
    [InlineData("bit(4)")]
    [InlineData("varchar(4)[]")]
    [InlineData("numeric(4,1)")]
    public async Task A_modifier_is_kept_when_rows_are_staged(string type)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (id int PRIMARY KEY, v {type}); INSERT INTO t VALUES (1)");
        var (good, bad) = type switch { "varchar(4)[]" => ("{1010}", "{10100}"), "numeric(4,1)" => ("101.0", "10100"), _ => ("1010", "10100") };

        await scene.RejectedAsync(LoadScene.Job(scene.Write("m.csv", $"id,v\n1,{good}\n2,{bad}\n")) with { MaxRejects = new(1, null) }, 1);

        Assert.Equal([$"1|{good}"], await scene.Database.RowsAsync("SELECT id, v::text FROM t"));
    }

    [Fact]
    public async Task Commits_of_rows_that_may_be_another_servers_wait_for_the_log()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE seen (id int, setting text); CREATE VIEW t AS SELECT id FROM seen;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (NEW.id, current_setting(''synchronous_commit'')); RETURN NEW; END';
            CREATE TRIGGER note INSTEAD OF INSERT ON t FOR EACH ROW EXECUTE FUNCTION note();
            """);

        await scene.LoadedAsync(LoadScene.Append(scene.Write("v.csv", "id\n1\n")));

        Assert.Equal(["1|on"], await scene.RowsAsync(table: "seen"));
    }

    [Fact]
    public async Task A_durable_load_waits_for_the_log_whatever_the_database_is_set_to()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE seen (setting text); CREATE TABLE t (id int);
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$;
            CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END';
            CREATE TRIGGER note AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION note();
            """);

        await scene.LoadedAsync(LoadScene.Append(scene.Write("d.csv", "id\n1\n")) with
        {
            Durable = true, AfterSql = "INSERT INTO seen SELECT 'control ' || current_setting('synchronous_commit')",
        });
        await scene.LoadedAsync(LoadScene.Append(scene.Write("e.csv", "id\n2\n")));

        Assert.Equal(["control on", "off", "on"], await scene.Database.RowsAsync("SELECT setting FROM seen ORDER BY setting COLLATE \"C\""));
    }

    [Theory]
    [InlineData(LoadMode.Append, "")]
    [InlineData(LoadMode.Upsert, "")]
    [InlineData(LoadMode.Append, " PARTITION BY RANGE (id)")]
    public async Task A_trigger_that_the_plan_did_not_know_drops_no_row_in_silence(LoadMode mode, string partitioned)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int PRIMARY KEY){partitioned}; {(partitioned.Length > 0 ? "CREATE TABLE p PARTITION OF t DEFAULT;" : "")}
            CREATE FUNCTION drop_odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; RETURN NEW; END';
            """);
        var table = partitioned.Length > 0 ? "p" : "t";

        var result = await scene.LoadAsync(LoadScene.Job(scene.Write("p.csv", "id\n1\n2\n3\n")) with
        {
            Mode = mode, BeforeSql = $"CREATE TRIGGER d BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION drop_odd()",
        });

        Assert.Equal(("target_changed", 0L), (result.Error?.Code, result.Total.Inserted));
        Assert.Empty(await scene.RowsAsync());
    }

    [Fact]
    public async Task Rows_that_another_server_drops_are_not_counted_as_inserted()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        var here = new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString);
        await scene.Database.ExecuteAsync($"""
            CREATE TABLE far (id int);
            CREATE FUNCTION drop_odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER d BEFORE INSERT ON far FOR EACH ROW EXECUTE FUNCTION drop_odd();
            CREATE EXTENSION postgres_fdw;
            CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '{here.Host}', port '{here.Port}', dbname '{here.Database}');
            CREATE USER MAPPING FOR CURRENT_USER SERVER s OPTIONS (user '{here.Username}', password '{here.Password}');
            CREATE TABLE t (id int) PARTITION BY RANGE (id);
            CREATE FOREIGN TABLE p PARTITION OF t FOR VALUES FROM (0) TO (10) SERVER s OPTIONS (table_name 'far');
            """);

        var total = (await scene.LoadedAsync(LoadScene.Append(scene.Write("f.csv", "id\n1\n2\n3\n")))).Total;

        Assert.Equal(["2"], await scene.RowsAsync(table: "far"));
        Assert.Equal((1L, 2L), (total.Inserted, total.Skipped));
    }

    [Theory]
    [InlineData("ALTER TABLE t RENAME COLUMN v TO w")]
    [InlineData("ALTER TABLE t ALTER COLUMN id TYPE bigint")]
    [InlineData("ALTER TABLE t RENAME TO gone; CREATE TABLE t (other text)")]
    public async Task What_the_server_refuses_because_the_table_changed_is_said_so(string change)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v int)");

        var result = await scene.LoadAsync(LoadScene.Append(scene.Write("c.csv", "id,v\n1,1\n")) with { BeforeSql = change });

        Assert.Equal((ExitCode.FileFailed, "target_changed"), (result.ExitCode, result.Error?.Code));
    }

    [Fact]
    public async Task A_table_that_another_run_makes_meanwhile_is_loaded()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "");
        await using var other = await scene.Database.OpenAsync();
        await using var making = await other.BeginTransactionAsync();
        await using (var create = new NpgsqlCommand("CREATE TABLE t (id text)", other)) await create.ExecuteNonQueryAsync();

        var load = RunAsync(scene, LoadScene.Append(scene.Write("c.csv", "id\n1\n")) with { CreateTable = true });
        while (await scene.Database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE NOT granted") == 0) await Task.Delay(10);
        await making.CommitAsync();

        Assert.Equal(ExitCode.Success, (await load).ExitCode);
        Assert.Equal(["1"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData(50)]
    [InlineData(0)]
    public async Task A_table_that_is_locked_while_a_load_is_planned_is_waited_for_and_at_last_said_to_be(int retries)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        await using var other = await scene.Database.OpenAsync();
        await using var locking = await other.BeginTransactionAsync();
        await using (var take = new NpgsqlCommand("LOCK TABLE t IN ACCESS EXCLUSIVE MODE", other)) await take.ExecuteNonQueryAsync();

        var load = RunAsync(scene, LoadScene.Append(scene.Write("c.csv", "id\n1\n")) with { LockTimeout = 1, MaxRetries = retries });
        if (retries == 0)
        {
            var error = await Assert.ThrowsAsync<TargetException>(() => load);
            Assert.Equal("55P03", error.Code);
            Assert.Contains("other sessions were in the way", error.Message, StringComparison.Ordinal);
            return;
        }
        // Longer than the wait for one lock.
        await Task.Delay(TimeSpan.FromSeconds(1.5));
        await locking.CommitAsync();
        Assert.Equal(ExitCode.Success, (await load).ExitCode);
    }

    private static Task<LoadResult> RunAsync(LoadScene scene, LoadJob job) =>
        new Loader(new NpgsqlConnectionStringBuilder(scene.Database.ConnectionString), NullLogger.Instance).RunAsync(job, new(), CancellationToken.None);

    [Theory]
    [InlineData("")]
    [InlineData(" PARTITION BY RANGE (id)")]
    public async Task What_a_trigger_drops_from_an_upsert_is_skipped_and_what_is_there_is_unchanged(string partitioned)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int PRIMARY KEY, v text){partitioned}; {(partitioned.Length > 0 ? "CREATE TABLE p PARTITION OF t DEFAULT;" : "")}
            INSERT INTO t VALUES (2, 'same'), (4, 'old');
            CREATE FUNCTION drop_odd() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.id % 2 = 1 THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER d BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION drop_odd();
            """);

        var total = (await scene.LoadedAsync(LoadScene.Job(scene.Write("p.csv", "id,v\n1,a\n2,same\n3,c\n4,new\n6,f\n")) with { Concurrency = 1 })).Total;

        Assert.Equal(["2|same", "4|new", "6|f"], await scene.RowsAsync());
        Assert.Equal((1L, 1L, 1L, 2L), (total.Inserted, total.Updated, total.Unchanged, total.Skipped));
    }

    [Theory]
    [InlineData("", "UPDATE")]
    [InlineData("", "INSERT OR UPDATE")]
    [InlineData(" PARTITION BY RANGE (id)", "UPDATE")]
    [InlineData(" PARTITION BY RANGE (id)", "INSERT OR UPDATE")]
    public async Task An_update_that_a_trigger_drops_is_skipped_and_not_unchanged(string partitioned, string on)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"""
            CREATE TABLE t (id int PRIMARY KEY, v text, n numeric(6,2), d int){partitioned}; {(partitioned.Length > 0 ? "CREATE TABLE p PARTITION OF t DEFAULT;" : "")}
            INSERT INTO t VALUES (1, 'same', 1, 1), (2, 'newer', 9, NULL), (3, 'older', 1, NULL), (4, 'newer', 9, 1);
            CREATE FUNCTION keep_newer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF TG_OP = ''INSERT'' THEN NEW.v := lower(NEW.v); ELSIF NEW.n < OLD.n THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER k BEFORE {on} ON t FOR EACH ROW EXECUTE FUNCTION keep_newer();
            """);

        // The row of 4 comes twice: the first is superseded, and the last, which the trigger drops, counts once.
        var path = scene.Write("p.csv", $"id,v,n,d\n1,{(on == "UPDATE" ? "same" : "SAME")},1.004,1\n2,x,5.00,\n3,y,5.001,2\n4,z,9.50,\n4,w,8.00,\n5,new,1.00,\n");
        var total = (await scene.LoadedAsync(LoadScene.Job(path) with { Concurrency = 1 })).Total;

        Assert.Equal(["1|same|1.00|1", "2|newer|9.00|∅", "3|y|5.00|2", "4|newer|9.00|1", "5|new|1.00|∅"], await scene.RowsAsync());
        Assert.Equal((1L, 1L, 1L, 2L, 1L), (total.Inserted, total.Updated, total.Unchanged, total.Skipped, total.Superseded));
    }

    [Fact]
    public async Task Updates_that_a_trigger_drops_are_counted_once_when_a_row_of_their_batch_is_refused()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, """
            CREATE TABLE t (id int PRIMARY KEY, n int CHECK (n < 100));
            INSERT INTO t SELECT i, 9 FROM generate_series(1, 40) i;
            CREATE FUNCTION keep_newer() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN IF NEW.n < OLD.n THEN RETURN NULL; END IF; RETURN NEW; END';
            CREATE TRIGGER k BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION keep_newer();
            """);
        var rows = Enumerable.Range(1, 40).Select(i => $"{i},{(i == 17 ? 500 : i % 3 == 0 ? 5 : i % 3 == 1 ? 9 : 10)}\n");

        var total = (await scene.RejectedAsync(LoadScene.Job(scene.Write("p.csv", "id,n\n" + string.Concat(rows))) with { MaxRejects = new(1, null), Concurrency = 1 }, 1)).Total;

        Assert.Equal((0L, 12L, 14L, 13L, 1L), (total.Inserted, total.Updated, total.Unchanged, total.Skipped, total.Rejected));
    }

    [Fact]
    public async Task A_constraint_and_an_index_may_have_one_name()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v int CONSTRAINT foo CHECK (v > 0), w int); CREATE UNIQUE INDEX foo ON t (w)");

        await scene.RejectedAsync(LoadScene.Job(scene.Write("c.csv", "id,v,w\n1,1,1\n2,-1,2\n3,1,1\n")) with { MaxRejects = new(2, null) }, 2);

        Assert.Equal(["∅", "∅"], await scene.Database.RowsAsync("SELECT column_name FROM ingest.rejects"));
    }

    [Theory]
    [InlineData("CREATE UNIQUE INDEX ON t (b) WHERE b > 0")]
    [InlineData("CREATE UNIQUE INDEX ON t ((b + 0))")]
    [InlineData("ALTER TABLE t ADD EXCLUDE USING btree (b WITH =)")]
    public async Task Rows_that_conflict_on_whatever_index_are_ignored_in_their_order(string index)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, $"CREATE TABLE t (a int, b int); {index}");
        var path = scene.Write("i.csv", CsvText.File("a,b", Enumerable.Range(0, 200).Select(i => $"{i},{1 + i % 20}")));

        var result = await scene.LoadedAsync(LoadScene.Job(path) with { Mode = LoadMode.InsertIgnore, Concurrency = 4, ChunkSize = 7 });

        Assert.Contains(result.Plan, note => note.StartsWith("one lane", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}|{i + 1}"), await scene.RowsAsync());
    }
}
