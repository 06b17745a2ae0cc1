using Ingest.Postgres;
using Ingest.Testing;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Ingest.Tests.Postgres;

/// <summary>The time of day may be set while a load waits for a server: nothing waits by it.</summary>
public sealed class ClockJumpTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public void The_clock_that_waits_are_measured_by_goes_on_when_the_time_of_day_jumps()
    {
        var clock = new SettableClock();
        var time = new MonotonicTime(clock);
        var before = time.GetUtcNow();
        foreach (var jump in new[] { TimeSpan.FromDays(-1), TimeSpan.FromDays(2), TimeSpan.FromHours(-7) })
        {
            clock.Offset += jump;
            var after = time.GetUtcNow();
            Assert.InRange(after - before, TimeSpan.Zero, TimeSpan.FromHours(1));
            before = after;
        }
    }

    [Fact]
    public async Task A_circuit_that_has_opened_closes_again_although_the_time_of_day_is_set_back()
    {
        await using var database = await postgres.CreateDatabaseAsync();
        var role = "late" + Guid.NewGuid().ToString("N")[..8];
        await database.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD 'late' CONNECTION LIMIT 0");
        try
        {
            var clock = new SettableClock();
            var log = new Listener();
            var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = role, Password = "late" };
            await using var connections = new Connections(settings, new(MaxRetries: 0, ReconnectWindow: 60, CommandTimeout: 30), log, clock);

            var opening = connections.OpenAsync(CancellationToken.None);
            await log.Opened.Task;
            clock.Offset -= TimeSpan.FromHours(5);
            await database.ExecuteAsync($"ALTER ROLE {role} CONNECTION LIMIT -1");

            await using var connection = await opening;
            Assert.Equal(role, await connection.ScalarAsync<string>("SELECT current_user::text", [], CancellationToken.None));
        }
        finally
        {
            await database.ExecuteAsync($"DROP ROLE {role}");
        }
    }

    private sealed class SettableClock : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;
    }

    /// <summary>Hears that the breaker has opened.</summary>
    private sealed class Listener : ILogger
    {
        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception).Contains("all lanes wait", StringComparison.Ordinal)) Opened.TrySetResult();
        }
    }
}
