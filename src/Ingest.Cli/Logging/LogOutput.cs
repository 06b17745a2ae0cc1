using Ingest.Cli.Options;
using Ingest.Postgres;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Extensions.Logging;
using ILogger = Microsoft.Extensions.Logging.ILogger;

namespace Ingest.Cli.Logging;

/// <summary>
/// The log on standard error. Serilog is set up when the first event is written: most short runs write none, and would
/// pay for it in their start.
/// </summary>
internal sealed class LogOutput : ILogger, IDisposable
{
    private readonly TextWriter error;
    private readonly ConsoleSettings settings;
    private readonly Func<SecretFilter> secrets;
    private readonly Lazy<(SerilogLoggerProvider Provider, ILogger Logger)> serilog;
    private Action<string>? display;

    /// <summary>A log that writes to <paramref name="error"/>.</summary>
    public LogOutput(TextWriter error, ConsoleSettings settings, Func<SecretFilter> secrets)
    {
        this.error = error;
        this.settings = settings;
        this.secrets = secrets;
        serilog = new(Start);
    }

    /// <inheritdoc/>
    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => serilog.Value.Logger.BeginScope(state);

    /// <inheritdoc/>
    public bool IsEnabled(LogLevel logLevel) => logLevel >= settings.LogLevel && logLevel != LogLevel.None;

    /// <inheritdoc/>
    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) serilog.Value.Logger.Log(logLevel, eventId, state, exception, formatter);
    }

    /// <summary>Sends lines through a live display until the result is disposed, so that they do not tear it.</summary>
    public IDisposable Through(Action<string> writeLine)
    {
        Volatile.Write(ref display, writeLine);
        return new Restore(this);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (serilog.IsValueCreated) serilog.Value.Provider.Dispose();
    }

    private void Write(LogEvent logEvent)
    {
        var line = settings.LogFormat == LogFormat.Json ? JsonLogLine.Format(logEvent) : TextLogLine.Format(logEvent);
        line = secrets().Apply(line);
        if (Volatile.Read(ref display) is { } write) write(line);
        else error.WriteLine(line);
    }

    private (SerilogLoggerProvider, ILogger) Start()
    {
        var provider = new SerilogLoggerProvider(
            new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(new Sink(this)).CreateLogger(), dispose: true);
        return (provider, provider.CreateLogger("ingest"));
    }

    /// <summary>Apart from the log, because Serilog disposes its sinks and the log disposes Serilog.</summary>
    private sealed class Sink(LogOutput log) : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => log.Write(logEvent);
    }

    private sealed class Restore(LogOutput log) : IDisposable
    {
        public void Dispose() => Volatile.Write(ref log.display, null);
    }
}
