using System.Diagnostics;
using Npgsql;

namespace Ingest.Sandbox.Tests;

/// <summary>A cluster of one's own. Never another server, whatever INGEST_TEST_DSN says.</summary>
public sealed class PrivateClusterTests
{
    private static readonly SandboxOptions Private = new() { Dsn = null };

    [SkippableFact]
    public async Task A_sandbox_answers_on_loopback_as_a_superuser()
    {
        await using var sandbox = await StartAsync(Private);

        Assert.True(sandbox.IsPrivate);
        Assert.Equal("127.0.0.1", sandbox.Host);
        Assert.Equal("on", await ScalarAsync(sandbox, "SELECT current_setting('is_superuser')"));
        Assert.Equal(sandbox.DataDirectory, await ScalarAsync(sandbox, "SHOW data_directory"));
        Assert.Equal(sandbox.Port.ToString(), await ScalarAsync(sandbox, "SHOW port"));
        Assert.Equal("127.0.0.1", await ScalarAsync(sandbox, "SHOW listen_addresses"));
    }

    [SkippableFact]
    public async Task The_server_does_not_run_as_root()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows has no root");
        await using var sandbox = await StartAsync(Private);

        await sandbox.ExecuteAsync("CREATE TABLE ids (id text); COPY ids FROM PROGRAM 'id -u'");

        Assert.NotEqual("0", await ScalarAsync(sandbox, "SELECT id FROM ids"));
    }

    [SkippableFact]
    public async Task A_wrong_password_is_refused_and_a_chosen_one_taken()
    {
        await using var sandbox = await StartAsync(Private with { Password = "a 'canary' pass/word" });

        Assert.Equal("a 'canary' pass/word", sandbox.Password);
        Assert.Equal("1", await ScalarAsync(sandbox, "SELECT 1::text"));
        var wrong = new NpgsqlConnectionStringBuilder(sandbox.ConnectionString) { Password = "other", Pooling = false };
        await using var connection = new NpgsqlConnection(wrong.ConnectionString);
        var refused = await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync());
        Assert.Equal(PostgresErrorCodes.InvalidPassword, refused.SqlState);
    }

    [SkippableFact]
    public async Task Settings_win_over_the_preset_and_keep_quotes_and_backslashes()
    {
        await using var sandbox = await StartAsync(Private with
        {
            Settings = new Dictionary<string, string> { ["max_connections"] = "7", ["app.note"] = @"it's a \ back'slash" },
        });

        Assert.Equal("7", await ScalarAsync(sandbox, "SHOW max_connections"));
        Assert.Equal(@"it's a \ back'slash", await ScalarAsync(sandbox, "SHOW app.note"));
        Assert.Equal("off", await ScalarAsync(sandbox, "SHOW fsync"));
    }

    [SkippableFact]
    public async Task The_server_preset_is_durable()
    {
        await using var sandbox = await StartAsync(Private with { Preset = SandboxPreset.Server });

        foreach (var setting in (string[])["fsync", "synchronous_commit", "full_page_writes"])
            Assert.Equal("on", await ScalarAsync(sandbox, $"SHOW {setting}"));
    }

    [SkippableFact]
    public async Task Two_sandboxes_run_side_by_side_and_disposing_one_leaves_the_other()
    {
        await using var first = await StartAsync(Private);
        string gone;
        await using (var second = await StartAsync(Private))
        {
            gone = second.DataDirectory;
            Assert.NotEqual(first.Port, second.Port);
            Assert.NotEqual(first.PostmasterPid, second.PostmasterPid);
        }

        Assert.False(Directory.Exists(Path.GetDirectoryName(gone)));
        Assert.Equal("1", await ScalarAsync(first, "SELECT 1::text"));
    }

    [SkippableFact]
    public async Task Committed_rows_survive_an_immediate_stop_and_open_transactions_do_not()
    {
        await using var sandbox = await StartAsync(Private);
        await sandbox.ExecuteAsync("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n");
        await using var open = new NpgsqlConnection(sandbox.ConnectionString);
        await open.OpenAsync();
        await using (await open.BeginTransactionAsync())
        {
            await using var insert = new NpgsqlCommand("INSERT INTO kept VALUES (1001)", open);
            await insert.ExecuteNonQueryAsync();
            await sandbox.StopImmediateAsync();
        }

        var stopped = Assert.Throws<SandboxException>(() => sandbox.PostmasterPid);
        Assert.Equal("not_running", stopped.Code);
        await sandbox.RestartAsync();
        Assert.Equal("1000", await ScalarAsync(sandbox, "SELECT count(*)::text FROM kept"));
    }

    [SkippableFact]
    public async Task A_restart_keeps_the_address_and_changes_the_process()
    {
        await using var sandbox = await StartAsync(Private);
        var (dsn, pid) = (sandbox.Dsn, sandbox.PostmasterPid);

        await sandbox.RestartAsync();

        Assert.Equal(dsn, sandbox.Dsn);
        Assert.NotEqual(pid, sandbox.PostmasterPid);
        Assert.Equal("1", await ScalarAsync(sandbox, "SELECT 1::text"));
    }

    [SkippableFact]
    public async Task A_killed_postmaster_can_be_restarted()
    {
        await using var sandbox = await StartAsync(Private);
        await sandbox.ExecuteAsync("CREATE TABLE kept AS SELECT 1 AS n");

        using (var postmaster = Process.GetProcessById(sandbox.PostmasterPid)) postmaster.Kill();
        await sandbox.RestartAsync();

        Assert.Equal("1", await ScalarAsync(sandbox, "SELECT count(*)::text FROM kept"));
    }

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Databases_are_made_and_dropped_after_a_restart_too(bool isKilled)
    {
        await using var sandbox = await StartAsync(Private);
        await sandbox.CreateDatabaseAsync("before");

        if (isKilled) await sandbox.StopImmediateAsync();
        await sandbox.RestartAsync();
        await sandbox.DropDatabaseAsync("before");
        await sandbox.CreateDatabaseAsync("after");

        Assert.Equal("after", await ScalarAsync(sandbox, "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname IN ('before', 'after')"));
    }

    [Fact]
    public void A_durable_cluster_does_not_lie_in_memory() => Assert.Equal(Path.GetTempPath(), Internals.DefaultParent.Of(SandboxPreset.Server));

    [SkippableFact]
    public async Task A_sandbox_whose_postmaster_was_killed_is_removed_and_removing_it_twice_is_no_error()
    {
        var sandbox = await StartAsync(Private);
        var folder = Path.GetDirectoryName(sandbox.DataDirectory);
        using (var postmaster = Process.GetProcessById(sandbox.PostmasterPid)) postmaster.Kill();

        await sandbox.DisposeAsync();
        await sandbox.DisposeAsync();

        Assert.False(Directory.Exists(folder));
    }

    [SkippableFact]
    public async Task A_port_that_is_taken_is_an_error_that_says_so()
    {
        await using var sandbox = await StartAsync(Private);

        var taken = await Assert.ThrowsAsync<SandboxException>(() => StartAsync(Private with { Port = sandbox.Port }));

        Assert.Equal("start_failed", taken.Code);
        Assert.Contains("could not bind", taken.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', taken.Message);
    }

    [SkippableFact]
    public async Task A_setting_that_the_server_refuses_leaves_nothing_behind()
    {
        using var parent = new OpenFolder();
        var options = Private with
        {
            ParentFolder = parent.Path,
            Settings = new Dictionary<string, string> { ["max_connections"] = "many" },
        };

        var refused = await Assert.ThrowsAsync<SandboxException>(() => StartAsync(options));

        Assert.Contains("max_connections", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetDirectories(parent.Path));
    }

    [SkippableFact]
    public async Task Databases_are_there_at_the_start_and_odd_names_are_quoted()
    {
        const string odd = "o\"dd; DROP DATABASE a--é";
        await using var sandbox = await StartAsync(Private with { Databases = ["a", odd] });

        foreach (var name in (string[])["a", odd])
        {
            await using var connection = new NpgsqlConnection(sandbox.ConnectionStringFor(name));
            await connection.OpenAsync();
            Assert.Equal(name, connection.Database);
        }
    }

    internal static async Task<string> ScalarAsync(PostgresSandbox sandbox, string sql)
    {
        // Unpooled: these tests stop servers under their connections.
        var unpooled = new NpgsqlConnectionStringBuilder(sandbox.ConnectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    internal static async Task<PostgresSandbox> StartAsync(SandboxOptions options)
    {
        try
        {
            return await PostgresSandbox.StartAsync(options);
        }
        catch (SandboxException e) when (e.Code == "no_postgres")
        {
            throw new SkipException("a private cluster needs PostgreSQL's server binaries on this machine");
        }
    }
}
