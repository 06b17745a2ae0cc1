namespace Ingest.Sandbox;

/// <summary>A sandbox that cannot do what it was asked. The message is one line and never holds the password.</summary>
public sealed class SandboxException(string code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>A stable short name: <c>no_postgres</c>, <c>not_supported</c>, <c>not_running</c>, <c>start_failed</c>, <c>bad_setting</c>, <c>bad_dsn</c>, <c>bad_name</c>.</summary>
    public string Code { get; } = code;
}
