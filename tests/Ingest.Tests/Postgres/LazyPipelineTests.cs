using Ingest.Postgres;
using Polly;
using Polly.Retry;

namespace Ingest.Tests.Postgres;

/// <summary>Retries whose pipeline is built by the first failure.</summary>
public sealed class LazyPipelineTests
{
    private readonly Lazy<ResiliencePipeline> pipeline = new(() => new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions { ShouldHandle = new PredicateBuilder().Handle<IOException>(), MaxRetryAttempts = 2, Delay = TimeSpan.Zero })
        .Build());

    [Fact]
    public async Task Nothing_is_built_while_nothing_fails()
    {
        Assert.Equal(1, await TriesAsync(_ => null));
        Assert.False(pipeline.IsValueCreated);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    public async Task A_first_failure_is_the_pipelines_first_attempt(int failures, int tries) =>
        Assert.Equal(tries, await TriesAsync(n => n <= failures ? new IOException($"try {n}") : null));

    [Fact]
    public async Task The_last_failure_is_thrown_when_every_attempt_has_failed()
    {
        var tries = 0;
        var error = await Assert.ThrowsAsync<IOException>(() => TriesAsync(n => new IOException($"try {tries = n}")));
        Assert.Equal(("try 3", 3), (error.Message, tries));
    }

    [Fact]
    public async Task What_is_not_handled_is_not_tried_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => TriesAsync(_ => new InvalidOperationException()));
        Assert.False(pipeline.IsValueCreated);
    }

    [Fact]
    public async Task Work_after_a_failure_has_all_its_attempts()
    {
        Assert.Equal(2, await TriesAsync(n => n == 1 ? new IOException() : null));
        Assert.Equal(3, await TriesAsync(n => n <= 2 ? new IOException() : null));
    }

    /// <summary>How often the work was done; it fails as <paramref name="failure"/> says of each try, from 1.</summary>
    private async Task<int> TriesAsync(Func<int, Exception?> failure)
    {
        var tries = 0;
        await new LazyPipeline(pipeline, e => e is IOException).ExecuteAsync(
            _ => failure(++tries) is { } error ? Task.FromException(error) : Task.CompletedTask, CancellationToken.None);
        return tries;
    }
}
