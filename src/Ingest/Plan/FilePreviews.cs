using System.Runtime.ExceptionServices;
using Ingest.Sources;

namespace Ingest.Plan;

/// <summary>
/// The fronts of all files of a run, in their order. They are looked at side by side: of thousands of small files that
/// takes as long as loading them.
/// </summary>
internal sealed class FilePreviews : IDisposable
{
    private readonly FilePreview?[] opened;

    private FilePreviews(int count) => opened = new FilePreview?[count];

    /// <summary>The previews, in the order of the files.</summary>
    public IEnumerable<FilePreview> All => opened.Select(p => p!);

    /// <summary>The first file's, which a table is made for: it still has its sample.</summary>
    public FilePreview First => opened[0]!;

    /// <summary>Begins to look at every file. The server can be asked meanwhile; a pipe may take long to give its first bytes.</summary>
    /// <returns>The previews; it fails with the first failure in the order of the files.</returns>
    public static Task<FilePreviews> OpenAsync(IReadOnlyList<SourceFile> files, LoadJob job, CancellationToken cancellationToken) =>
        Task.Run(() => Open(files, job, cancellationToken), CancellationToken.None);

    /// <summary>Closes previews that nobody needs any more, whenever they are there.</summary>
    public static void Discard(Task<FilePreviews> opening) => opening.ContinueWith(
        static opened =>
        {
            if (opened.IsCompletedSuccessfully) opened.Result.Dispose();
        },
        TaskScheduler.Default);

    /// <summary>Looks at every file.</summary>
    /// <exception cref="SourceException">A file cannot be read: the first of them in their order.</exception>
    /// <exception cref="PlanException">A file's column names cannot be used.</exception>
    private static FilePreviews Open(IReadOnlyList<SourceFile> files, LoadJob job, CancellationToken cancellationToken)
    {
        var previews = new FilePreviews(files.Count);
        var failures = new Exception?[files.Count];
        try
        {
            Parallel.For(0, files.Count, new() { MaxDegreeOfParallelism = job.Concurrency, CancellationToken = cancellationToken }, (i, loop) =>
            {
                try
                {
                    previews.opened[i] = FilePreview.Open(files[i], job);
                    if (i > 0) previews.opened[i]!.Forget();
                }
                catch (Exception e)
                {
                    // Those before it are still looked at, so the first failure is the same every time.
                    failures[i] = e;
                    loop.Break();
                }
            });
            if (failures.FirstOrDefault(f => f is not null) is { } first) ExceptionDispatchInfo.Throw(first);
            return previews;
        }
        catch
        {
            previews.Dispose();
            throw;
        }
    }

    /// <summary>Closes what is still open.</summary>
    public void Dispose()
    {
        foreach (var preview in opened) preview?.Dispose();
    }
}
