using Microsoft.Extensions.Logging;

namespace Ingest.Tests.Loading;

/// <summary>A log that keeps the lines of one level.</summary>
internal sealed class LogLines(LogLevel level) : List<string>, ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel != level) return;
        lock (this) Add(formatter(state, exception));
    }
}
