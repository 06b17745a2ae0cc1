using Ingest.Lanes;

namespace Ingest.Tests.Loading;

/// <summary>A set of key hashes tells repeats as any set does, whatever the hashes have in common.</summary>
public sealed class KeySetTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 3)]
    [InlineData(6, 1)]
    [InlineData(54, 1)]
    [InlineData(0, 0xFFFF_FFFF)]
    public void It_tells_repeats_as_a_set_does(int shift, long step)
    {
        var random = new Random(shift + (int)step);
        var keys = new KeySet();
        for (var batch = 0; batch < 3; batch++)
        {
            var expected = new HashSet<ulong>();
            for (var i = 0; i < 20_000; i++)
            {
                // Mostly ascending, from 0 on, and now and then one that was there or lies elsewhere.
                var place = random.Next(10) == 0 ? random.Next(20_000) : i;
                var hash = (ulong)(place * step) << shift;
                Assert.Equal(expected.Add(hash), keys.Add(hash));
            }
            keys.Clear();
        }
    }

    [Fact]
    public void Hashes_without_anything_in_common_are_told_apart()
    {
        var random = new Random(20);
        var keys = new KeySet();
        var expected = new HashSet<ulong>();
        for (var i = 0; i < 100_000; i++)
        {
            var hash = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            Assert.Equal(expected.Add(hash), keys.Add(hash));
            Assert.False(keys.Add(hash));
        }
    }
}
