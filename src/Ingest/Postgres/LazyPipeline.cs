using System.Runtime.ExceptionServices;
using Polly;

namespace Ingest.Postgres;

/// <summary>
/// A pipeline that is built when something has failed for the first time: Polly checks its options by reflection, which
/// was a tenth of a start (`tests/bench.sh --workload start`), and most runs never need it.
/// </summary>
/// <param name="pipeline">The pipeline. Once it is built, everything goes through it: a circuit breaker sees every attempt.</param>
/// <param name="handles">The failures that it tries again after.</param>
internal sealed class LazyPipeline(Lazy<ResiliencePipeline> pipeline, Func<Exception, bool> handles)
{
    /// <summary>Does the work; a first failure is handed to the pipeline as that of its first attempt.</summary>
    /// <param name="work">The work, which may be done again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task ExecuteAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        ExceptionDispatchInfo? failure = null;
        if (!pipeline.IsValueCreated)
        {
            try
            {
                await work(cancellationToken);
                return;
            }
            catch (Exception e) when (handles(e))
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }
        await pipeline.Value.ExecuteAsync(async cancel =>
        {
            var first = failure;
            failure = null;
            first?.Throw();
            await work(cancel);
        }, cancellationToken);
    }
}
