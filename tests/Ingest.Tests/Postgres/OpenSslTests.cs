namespace Ingest.Tests.Postgres;

/// <summary>A host without OpenSSL is told so, where .NET would end the process.</summary>
public sealed class OpenSslTests
{
    [Fact]
    public void A_host_that_runs_these_tests_has_it() => OpenSsl.Require();

    [Fact]
    public void A_missing_one_is_a_refusal_that_says_what_to_install()
    {
        if (!OperatingSystem.IsLinux())
        {
            // Elsewhere .NET uses the system's own cryptography.
            OpenSsl.Require(["libssl.so.none"]);
            return;
        }
        var refusal = Assert.Throws<PlanException>(() => OpenSsl.Require(["libssl.so.none", "libssl.so.nor-this"]));
        Assert.Equal(("no_openssl", ExitCode.BadPlan), (refusal.Code, refusal.ExitCode));
        Assert.Contains("apt-get install libssl3", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_one_of_the_names_will_do()
    {
        // The C library of glibc, which is on every Linux that .NET's own files for glibc run on.
        if (OperatingSystem.IsLinux()) OpenSsl.Require(["libssl.so.none", "libc.so.6"]);
    }
}
