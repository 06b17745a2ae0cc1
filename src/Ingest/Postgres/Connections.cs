using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Logging;
using Npgsql;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Ingest.Postgres;

/// <summary>
/// Opens a run's connections. All of them share one circuit breaker, so that a server that is down is asked by one lane
/// at a time, and one source of type information. Waiting is by monotonic time, with jitter.
/// </summary>
internal sealed class Connections : IAsyncDisposable
{
    private readonly NpgsqlDataSource source;
    private readonly LazyPipeline first;
    private readonly LazyPipeline again;
    private readonly ILogger log;

    /// <summary>Connections that were begun before they are asked for.</summary>
    private readonly ConcurrentQueue<Task<NpgsqlConnection>> begun = [];

    /// <summary>Connections for one run.</summary>
    /// <param name="dsn">The server and the role.</param>
    /// <param name="policy">How long to wait for what.</param>
    /// <param name="log">Is told of every failed attempt.</param>
    /// <param name="clock">What waits are measured by; null for the system's.</param>
    public Connections(NpgsqlConnectionStringBuilder dsn, ConnectionPolicy policy, ILogger log, TimeProvider? clock = null)
    {
        this.log = log;
        var time = new MonotonicTime(clock ?? TimeProvider.System);
        Server = DsnDisplay.Show(dsn);
        Secrets = SecretFilter.For(dsn);
        var settings = new NpgsqlConnectionStringBuilder(dsn.ConnectionString)
        {
            Pooling = false,
            Enlist = false,
            CommandTimeout = policy.CommandTimeout,
            CancellationTimeout = 2000,
            KeepAlive = 15,
            WriteBufferSize = 64 << 10,
            IncludeErrorDetail = true,
        };
        source = Source(settings);

        first = new(
            new(() => new ResiliencePipelineBuilder { TimeProvider = time }
                .AddRetry(Attempts(policy.MaxRetries))
                .AddCircuitBreaker(Breaker())
                .Build()),
            SqlState.IsTransient);
        again = new(
            new(() => new ResiliencePipelineBuilder { TimeProvider = time }
                // Polly's shortest timeout is 10 ms; no window means that.
                .AddTimeout(TimeSpan.FromSeconds(Math.Max(policy.ReconnectWindow, 0.01)))
                .AddRetry(Attempts(int.MaxValue))
                .AddCircuitBreaker(Breaker())
                .Build()),
            SqlState.IsTransient);
    }

    /// <summary>The role, host, port and database, for messages.</summary>
    public string Server { get; }

    /// <summary>Takes the passwords out of what the server says.</summary>
    public SecretFilter Secrets { get; }

    /// <summary>Opens the run's first connection: a server that is not there is noticed soon.</summary>
    /// <exception cref="UnreachableException">The server did not answer, or refused the role.</exception>
    public Task<NpgsqlConnection> OpenFirstAsync(CancellationToken cancellationToken) => OpenAsync(first, cancellationToken);

    /// <summary>Begins to open connections that will soon be asked for.</summary>
    public void Begin(int count, CancellationToken cancellationToken)
    {
        for (var i = 0; i < count; i++) begun.Enqueue(OpenWholeAsync(cancellationToken));
    }

    /// <summary>Opens a connection of a run that has begun: the server gets the time that a restart takes.</summary>
    /// <exception cref="UnreachableException">The server did not come back within the reconnect window.</exception>
    public async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken) =>
        await TakeLivingAsync(cancellationToken) ?? await OpenAsync(again, cancellationToken);

    /// <summary>
    /// What connections are made by. All that a run reads and binds is of built-in types; of others a database may have
    /// thousands, and each start would read them.
    /// </summary>
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings)
    {
        var builder = new NpgsqlDataSourceBuilder(settings.ConnectionString);
        builder.ConfigureTypeLoading(types => types.EnableTypeLoading(false));
        return builder.Build();
    }

    /// <summary>A failure in one line, without secrets.</summary>
    public static string Describe(Exception error) => error switch
    {
        PostgresException e => $"{e.MessageText} ({e.SqlState})",
        NpgsqlException { InnerException: TimeoutException } => "no answer within the timeout",
        NpgsqlException { InnerException: SocketException e } => e.Message,
        NpgsqlException { InnerException: AuthenticationException e } => $"TLS failed ({(e.InnerException ?? e).Message})",
        NpgsqlException { InnerException: IOException e } => $"the connection broke ({(e.InnerException ?? e).Message})",
        TimeoutRejectedException => "the server did not come back in time",
        BrokenCircuitException { InnerException: { } inner } => Describe(inner),
        _ => error.Message,
    };

    /// <summary>Ends what the connections share, and those that nobody has asked for.</summary>
    public async ValueTask DisposeAsync()
    {
        await CloseBegunAsync();
        await source.DisposeAsync();
    }

    /// <summary>
    /// A connection that was begun and still answers, or null. Whatever ended one while it waited has likely ended the others
    /// too: a batch that met them one after the other would use up its attempts.
    /// </summary>
    private async Task<NpgsqlConnection?> TakeLivingAsync(CancellationToken cancellationToken)
    {
        if (await TakeBegunAsync() is not { } waited) return null;
        try
        {
            await using var ping = new NpgsqlCommand("SELECT", waited) { CommandTimeout = waited.ConnectionTimeout };
            await ping.ExecuteNonQueryAsync(cancellationToken);
            return waited;
        }
        catch (Exception e) when (SqlState.IsTransient(e) || SqlState.IsUseOfBroken(e, waited))
        {
            log.LogDebug("a connection ended while it waited, opening another: {Error}", Describe(e));
            await waited.DisposeAsync();
            await CloseBegunAsync();
            return null;
        }
        catch
        {
            await waited.DisposeAsync();
            throw;
        }
    }

    private async Task CloseBegunAsync()
    {
        while (!begun.IsEmpty)
        {
            if (await TakeBegunAsync() is { } unused) await unused.DisposeAsync();
        }
    }

    /// <summary>A connection that was begun, or null: one that failed is asked for anew, and waited for as long as it takes.</summary>
    private async Task<NpgsqlConnection?> TakeBegunAsync()
    {
        if (!begun.TryDequeue(out var opening)) return null;
        try
        {
            return await opening;
        }
        catch (Exception e) when (e is OperationCanceledException || ConnectionErrors.IsOfConnecting(e))
        {
            return null;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync(LazyPipeline pipeline, CancellationToken cancellationToken)
    {
        Exception? last = null;
        NpgsqlConnection? opened = null;
        try
        {
            await pipeline.ExecuteAsync(async cancel =>
            {
                try
                {
                    opened = await OpenWholeAsync(cancel);
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    last = e;
                    throw;
                }
            }, cancellationToken);
            return opened!;
        }
        catch (Exception e) when (e is ExecutionRejectedException || ConnectionErrors.IsOfConnecting(e))
        {
            throw ConnectionErrors.Unreachable(Server, last ?? e);
        }
    }

    /// <summary>
    /// With sslmode=prefer, Npgsql follows an attempt that broke by one without SSL, on a connector of which it has disposed
    /// a part: the first statement that BEGIN or SAVEPOINT travels with then fails. Such a connection is thrown away here.
    /// </summary>
    private async Task<NpgsqlConnection> OpenWholeAsync(CancellationToken cancellationToken)
    {
        var connection = await source.OpenConnectionAsync(cancellationToken);
        try
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync("SELECT", [], cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return connection;
        }
        catch (ObjectDisposedException e)
        {
            await connection.DisposeAsync();
            throw new NpgsqlException("the connection broke while it was opened", e);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    private CircuitBreakerStrategyOptions Breaker() => new()
    {
        ShouldHandle = new PredicateBuilder().Handle<Exception>(SqlState.IsTransient),
        FailureRatio = 1,
        MinimumThroughput = 4,
        SamplingDuration = TimeSpan.FromSeconds(30),
        BreakDuration = TimeSpan.FromSeconds(3),
        OnOpened = arguments =>
        {
            log.LogWarning("{Server} does not answer; all lanes wait {Seconds:0} s", Server, arguments.BreakDuration.TotalSeconds);
            return default;
        },
    };

    private RetryStrategyOptions Attempts(int count) => new()
    {
        ShouldHandle = count == 0 ? _ => PredicateResult.False() : new PredicateBuilder().Handle<Exception>(SqlState.IsTransient).Handle<BrokenCircuitException>(),
        // Polly knows no strategy without an attempt.
        MaxRetryAttempts = Math.Max(count, 1),
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = TimeSpan.FromMilliseconds(400),
        MaxDelay = TimeSpan.FromSeconds(5),
        OnRetry = arguments =>
        {
            log.LogWarning("connecting to {Server} failed (attempt {Attempt}), again in {Delay:0.0} s: {Error}",
                Server, arguments.AttemptNumber + 1, arguments.RetryDelay.TotalSeconds, Describe(arguments.Outcome.Exception!));
            return default;
        },
    };
}
