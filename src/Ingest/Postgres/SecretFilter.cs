using Npgsql;

namespace Ingest.Postgres;

/// <summary>Takes passwords out of text that others wrote: server messages, exceptions, log events.</summary>
public sealed class SecretFilter
{
    // Replacing every "a" would spoil the text, and tell the password.
    private const int ShortestSecret = 4;

    private readonly string[] secrets;

    /// <summary>A filter for the given secrets, in every spelling that they have in a DSN; null and very short ones are passed over.</summary>
    public SecretFilter(params IEnumerable<string?> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        this.secrets = [.. secrets.OfType<string>()
            .Where(secret => secret.Length >= ShortestSecret)
            .SelectMany(Spellings)
            .Distinct()
            // Longest first, or the rest of a longer spelling would stay.
            .OrderByDescending(spelling => spelling.Length)];
    }

    /// <summary>A filter that changes nothing.</summary>
    public static SecretFilter None { get; } = new();

    /// <summary>A filter for the secrets of a connection.</summary>
    public static SecretFilter For(NpgsqlConnectionStringBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return new(builder.Password, builder.SslPassword);
    }

    /// <summary>The text with <c>***</c> in place of each secret.</summary>
    public string Apply(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in secrets) text = text.Replace(secret, "***", StringComparison.Ordinal);
        return text;
    }

    private static IEnumerable<string> Spellings(string secret) =>
    [
        secret,
        Uri.EscapeDataString(secret),
        secret.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "\\'", StringComparison.Ordinal),
        secret.Replace("\"", "\"\"", StringComparison.Ordinal),
    ];
}
