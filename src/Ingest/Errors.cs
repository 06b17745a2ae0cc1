namespace Ingest;

/// <summary>How a failure ends the program; the numbers are the documented exit codes.</summary>
public enum ExitCode
{
    /// <summary>All records of all files are loaded.</summary>
    Success = 0,

    /// <summary>A file failed.</summary>
    FileFailed = 1,

    /// <summary>Bad usage, or a plan that cannot work.</summary>
    BadPlan = 2,

    /// <summary>Loaded, with rejects within the limit.</summary>
    LoadedWithRejects = 3,

    /// <summary>The database cannot be reached.</summary>
    Unreachable = 4,

    /// <summary>Interrupted by SIGINT.</summary>
    Interrupted = 130,

    /// <summary>Interrupted by SIGTERM.</summary>
    Terminated = 143,
}

/// <summary>
/// The base of every error that an operator is meant to read. The message says what, where and what to do, in one
/// line, and never holds a secret.
/// </summary>
public abstract class IngestException : Exception
{
    private protected IngestException(string code, string message, ExitCode exitCode, Exception? inner = null)
        : base(OneLine(message), inner)
    {
        Code = code;
        ExitCode = exitCode;
    }

    /// <summary>A stable code: a SQLSTATE where the server said it, else a short name such as <c>file_not_found</c>.</summary>
    public string Code { get; }

    /// <summary>The exit code that this error ends the program with.</summary>
    public ExitCode ExitCode { get; }

    /// <summary>Whether the same work may succeed when it is tried again unchanged.</summary>
    public virtual bool IsRetriable => false;

    /// <summary>A name of a file, or what a server says, may hold line breaks and a terminal's escapes: they are shown, not obeyed.</summary>
    private static string OneLine(string message) => message.Any(char.IsControl)
        ? string.Concat(message.Select(c => char.IsControl(c) ? $"\\u{(int)c:x4}" : c.ToString()))
        : message;
}

/// <summary>Bad usage, or a plan that cannot work: found before the first row moves (exit code 2).</summary>
public sealed class PlanException(string code, string message, Exception? inner = null)
    : IngestException(code, message, ExitCode.BadPlan, inner);

/// <summary>A source that cannot be read to its end, or is not what it claims to be (exit code 1).</summary>
public sealed class SourceException(string code, string message, Exception? inner = null)
    : IngestException(code, message, ExitCode.FileFailed, inner);

/// <summary>The server refused the work, for a reason that trying again does not change (exit code 1).</summary>
public sealed class TargetException(string code, string message, Exception? inner = null)
    : IngestException(code, message, ExitCode.FileFailed, inner);

/// <summary>A file that cannot be written to its end (exit code 1).</summary>
public sealed class OutputException(string message, Exception? inner = null)
    : IngestException("output", message, ExitCode.FileFailed, inner);

/// <summary>The server crashed and lost commits of this run that it had confirmed; what they held must be loaded again (exit code 1).</summary>
public sealed class CommitsLostException(string message)
    : IngestException("commits_lost", message, ExitCode.FileFailed)
{
    /// <inheritdoc/>
    public override bool IsRetriable => true;
}

/// <summary>More records were rejected than the job allows (exit code 1).</summary>
public sealed class RejectLimitException(string message)
    : IngestException("reject_limit", message, ExitCode.FileFailed);

/// <summary>The database cannot be reached, or stopped answering for longer than the retry budget (exit code 4).</summary>
public sealed class UnreachableException(string code, string message, Exception? inner = null)
    : IngestException(code, message, ExitCode.Unreachable, inner)
{
    /// <inheritdoc/>
    public override bool IsRetriable => true;
}
