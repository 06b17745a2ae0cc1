using System.Globalization;

namespace Ingest.Testing;

/// <summary>Children inherit that SIGINT is ignored, as a shell has it for its background jobs; a program that is to be interrupted must not.</summary>
public static class Interruptible
{
    private const int Interrupt = 2;

    /// <summary>What the program's command line is to begin with: nothing, or a command that makes SIGINT what it is by default.</summary>
    public static IReadOnlyList<string> Command { get; } = IsIgnored() ? ["env", "--default-signal=INT"] : [];

    private static bool IsIgnored()
    {
        if (!OperatingSystem.IsLinux()) return false;
        var ignored = File.ReadLines("/proc/self/status").First(line => line.StartsWith("SigIgn:", StringComparison.Ordinal));
        return (ulong.Parse(ignored.AsSpan("SigIgn:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1ul << (Interrupt - 1))) != 0;
    }
}
