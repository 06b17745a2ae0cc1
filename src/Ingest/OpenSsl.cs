using System.Runtime.InteropServices;

namespace Ingest;

/// <summary>
/// .NET takes TLS, password hashes and checksums from the system's OpenSSL on Linux, and ends the process without an
/// exception where there is none (minimal hosts and containers).
/// </summary>
public static class OpenSsl
{
    /// <summary>
    /// The names that .NET looks for, in its order, after that of the version in DOTNET_OPENSSL_VERSION_OVERRIDE
    /// (opensslshim.c of dotnet/runtime).
    /// </summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    /// <summary>Makes sure that it is there, where it is needed; to be called before anything that connects or reads a file.</summary>
    /// <exception cref="PlanException">There is none; the message says what to install.</exception>
    public static void Require() => Require(Names);

    /// <summary>As <see cref="Require()"/>, with other names.</summary>
    internal static void Require(IEnumerable<string> names)
    {
        if (!IsThere(names))
        {
            throw new PlanException(
                "no_openssl",
                "OpenSSL is not installed, which connections and checksums need; install it: apt-get install libssl3, "
                + "dnf install openssl-libs, apk add libssl3, or your system's package");
        }
    }

    /// <summary>Whether .NET will find it, or does not need it.</summary>
    private static bool IsThere(IEnumerable<string> names) =>
        !(OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD())
        || Environment.GetEnvironmentVariable("DOTNET_OPENSSL_VERSION_OVERRIDE") is { } version && Loads("libssl.so." + version)
        || names.Any(Loads);

    // Never unloaded: .NET loads the same one.
    private static bool Loads(string name) => NativeLibrary.TryLoad(name, out _);
}
