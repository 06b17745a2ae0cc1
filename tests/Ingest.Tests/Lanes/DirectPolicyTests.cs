using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Postgres;
using Ingest.Telemetry;

namespace Ingest.Tests.Lanes;

/// <summary>How long a COPY straight into the target may be.</summary>
public sealed class DirectPolicyTests
{
    [Fact]
    public void What_the_server_takes_whole_grows()
    {
        var policy = new DirectPolicy();
        var file = File(hasKey: false);

        Assert.Equal([1, 4, 16, 40, 40], Enumerable.Range(0, 5).Select(_ => Next(policy, file)));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void After_a_refusal_or_a_repeated_key_it_is_short_again(bool isRefused, bool endedAtRepeat)
    {
        var policy = new DirectPolicy();
        var file = File(hasKey: true);
        for (var i = 0; i < 3; i++) Next(policy, file);

        policy.Learn(new([], default, WasDirect: !isRefused, DirectFailed: isRefused), endedAtRepeat);

        Assert.Equal(1, policy.NextLength(file));
    }

    [Theory]
    [InlineData(true, 1)]
    [InlineData(false, 40)]
    public void Another_file_may_have_the_keys_of_the_one_before(bool hasKey, int length)
    {
        var policy = new DirectPolicy();
        var (first, second) = (File(hasKey), File(hasKey));
        for (var i = 0; i < 4; i++) Next(policy, first);

        Assert.Equal(length, policy.NextLength(second));
    }

    [Fact]
    public void Rows_of_small_files_are_kept()
    {
        var policy = new DirectPolicy();
        var file = File(hasKey: false, isLong: false);
        for (var i = 0; i < 3; i++) Assert.Equal(1, Next(policy, file));
    }

    private static int Next(DirectPolicy policy, FileLoad file)
    {
        var length = policy.NextLength(file);
        policy.Learn(new([], default, WasDirect: true, DirectFailed: false), endedAtRepeat: false);
        return length;
    }

    private static FileLoad File(bool hasKey, bool isLong = true)
    {
        var sql = new StageSql(new MergeSpec("t", [new("k", "text", null, "text", hasKey, false, true)], hasKey ? ConflictAction.Update : ConflictAction.None, true));
        var policy = new LoadPolicy(hasKey ? LoadMode.Upsert : LoadMode.Append, OnDuplicate.Last, Direct: true, StartsDirect: true, HasKey: hasKey, KeyIsExact: true, HasDeferredConstraints: false);
        return new("a.csv", new(1, "a.csv", "t"), sql, policy, new Watermark[1], new LoadProgress().Add("a.csv", 1)) { IsLong = isLong };
    }
}
