using Ingest.Cli.Logging;
using Ingest.Cli.Options;
using Ingest.Postgres;
using Npgsql;

namespace Ingest.Cli;

/// <summary>What a command works with while it runs.</summary>
internal sealed class Session : IDisposable
{
    private readonly InterruptSignals signals;

    /// <summary>A session in a shell, with the settings that all commands share.</summary>
    public Session(Shell shell, ConsoleSettings settings, InterruptSignals signals)
    {
        this.signals = signals;
        Shell = shell;
        Settings = settings;
        Log = new(shell.Error, settings, () => Secrets);
    }

    /// <summary>The streams and the environment.</summary>
    public Shell Shell { get; }

    /// <summary>Output format, log level and the like.</summary>
    public ConsoleSettings Settings { get; }

    /// <summary>The log, on standard error.</summary>
    public LogOutput Log { get; }

    /// <summary>The exit code of the signal that came, or null when none did.</summary>
    public ExitCode? InterruptCode => signals.Code;

    /// <summary>Takes the connection's passwords out of everything that is printed.</summary>
    public SecretFilter Secrets { get; private set; } = SecretFilter.None;

    /// <summary>Resolves the connection and learns its secrets.</summary>
    /// <exception cref="PlanException">The settings are malformed.</exception>
    public NpgsqlConnectionStringBuilder Resolve(string? dsn)
    {
        var connection = Dsn.Resolve(dsn, Shell.Environment);
        Secrets = SecretFilter.For(connection);
        return connection;
    }

    /// <inheritdoc/>
    public void Dispose() => Log.Dispose();
}
