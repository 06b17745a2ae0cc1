using Ingest.Parquet.Vectors;

namespace Ingest.Parquet.Tests;

public sealed class BufferPoolTests
{
    [Fact]
    public void An_array_is_at_most_an_eighth_larger_than_asked_for()
    {
        var pool = new BufferPool<byte>();
        var random = new Random(1);
        for (var round = 0; round < 2000; round++)
        {
            var length = random.Next(1, 1 << random.Next(1, 22));
            Assert.InRange(pool.Rent(length).Length, length, Math.Max(64, length + (length / 8) + 1));
        }
    }

    [Fact]
    public void What_was_given_back_is_given_out_again()
    {
        var pool = new BufferPool<int>();
        var first = pool.Rent(1000);
        var second = pool.Rent(1000);
        Assert.NotSame(first, second);
        pool.Return(first);
        Assert.Same(first, pool.Rent(1001));
        Assert.NotSame(first, pool.Rent(1001));
    }

    [Fact]
    public void What_lies_idle_is_bounded_and_a_new_size_replaces_old_ones()
    {
        var pool = new BufferPool<byte>();
        var old = Enumerable.Range(0, 30).Select(_ => pool.Rent(1 << 20)).ToArray();
        foreach (var array in old) pool.Return(array);
        var other = pool.Rent(2 << 20);
        for (var i = 0; i < 8; i++) pool.Return(pool.Rent((2 << 20) + (i << 18)));
        pool.Return(other);
        Assert.Same(other, pool.Rent(2 << 20));
        var huge = pool.Rent(32 << 20);
        pool.Return(huge);
        Assert.NotSame(huge, pool.Rent(32 << 20));
    }
}
