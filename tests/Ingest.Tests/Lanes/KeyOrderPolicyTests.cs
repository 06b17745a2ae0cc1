using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

/// <summary>When a lane goes by the order of its keys.</summary>
public sealed class KeyOrderPolicyTests
{
    [Fact]
    public void Without_a_deadlock_rows_come_as_they_are()
    {
        var policy = new KeyOrderPolicy();
        policy.AddCommit();
        Assert.False(policy.IsNext);
    }

    [Fact]
    public void Each_deadlock_makes_the_stretch_twice_as_long_up_to_a_bound()
    {
        var policy = new KeyOrderPolicy();
        Assert.Equal([8, 16, 32, 64, 128, 256, 256], Enumerable.Range(0, 7).Select(_ => Stretch(policy)));
    }

    private static int Stretch(KeyOrderPolicy policy)
    {
        policy.AddDeadlock();
        var batches = 0;
        for (; policy.IsNext; batches++) policy.AddCommit();
        return batches;
    }
}
