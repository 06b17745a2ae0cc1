using System.ComponentModel;
using System.Diagnostics;

namespace Ingest.Cli.Tests.BadInput;

/// <summary>Compresses with the zstd command; skips the test where it is not installed.</summary>
internal static class ZstandardCommand
{
    public static async Task StoreAsync(string path, Action<Stream> write, string[] options)
    {
        Process? process = null;
        try
        {
            process = Process.Start(new ProcessStartInfo("zstd", ["-q", "-f", "-o", path, .. options, "-"]) { RedirectStandardInput = true });
        }
        catch (Win32Exception)
        {
            Skip.If(true, "the zstd command is not installed");
        }
        using (process)
        {
            write(process!.StandardInput.BaseStream);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
