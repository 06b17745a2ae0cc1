using Ingest.FaultTests.Proxy;

namespace Ingest.FaultTests.Faults;

/// <summary>What happens to the file while it is read. Each ends the load; with the file as it was, a resume finishes it.</summary>
internal static class SourceFaults
{
    /// <summary>All of them.</summary>
    public static IEnumerable<Fault> All =>
    [
        Changed("file appended to", path => File.AppendAllText(path, "1,appended,1\n2,torn off in the mid")),
        Changed("file truncated", path => File.WriteAllBytes(path, File.ReadAllBytes(path)[..(int)(new FileInfo(path).Length * 4 / 5)])),
        Changed("file rewritten in place", path =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.Position = 12;
            file.Write("Y"u8);
        }),
        Changed("file replaced", path =>
        {
            File.WriteAllText(path + ".new", "id,v,n\n1,new,1\n");
            File.Move(path + ".new", path, overwrite: true);
        }),
        Changed("file deleted", File.Delete),
    ];

    private static Fault Changed(string name, Action<string> change) => new(name, async run => await run.AtAsync(ProxyPoint.Commit, () =>
    {
        change(run.Scene.Path);
        return Task.CompletedTask;
    }) ? 1 : 0)
    {
        NeedsLargeFile = true,
        Ends = [1],
        Codes = "source_changed",
        MustEnd = true,
        PrepareAsync = run =>
        {
            File.Copy(run.Scene.Path, run.Scene.Path + ".before", overwrite: true);
            return Task.CompletedTask;
        },
        HealAsync = run =>
        {
            File.Copy(run.Scene.Path + ".before", run.Scene.Path, overwrite: true);
            return Task.CompletedTask;
        },
    };
}
