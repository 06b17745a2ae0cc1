using System.Runtime.InteropServices;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Buffers;

namespace Ingest.Tests.Buffers;

public sealed class ChunkPoolTests
{
    [Fact]
    public void Chunks_rented_at_once_share_no_byte() => Prop.ForAll(
        Gen.Choose(1, 1200 << 10).NonEmptyListOf().ToArbitrary(),
        sizes =>
        {
            var chunks = sizes.Select(ChunkPool.Rent).ToArray();
            for (var i = 0; i < chunks.Length; i++)
            {
                Assert.True(chunks[i].Length >= sizes[i]);
                chunks[i].Span.Fill((byte)i);
            }
            for (var i = 0; i < chunks.Length; i++)
            {
                Assert.False(chunks[i].Span.ContainsAnyExcept((byte)i));
                Assert.True(chunks[i].Memory.Span.SequenceEqual(chunks[i].Span));
                ChunkPool.Return(chunks[i]);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Threads_never_get_the_same_chunk() => Parallel.For(0, 5_000, i =>
    {
        var chunk = ChunkPool.Rent(ChunkPool.FirstPlacesChunk << (i % 8));
        var words = MemoryMarshal.Cast<byte, int>(chunk.Span);
        words.Fill(i);
        Assert.False(words.ContainsAnyExcept(i));
        ChunkPool.Return(chunk);
    });

    [Theory]
    [InlineData(ChunkPool.RowsChunk)]
    [InlineData(ChunkPool.LargestChunk + 1)]
    public unsafe void A_pinned_chunk_is_the_memory_that_its_span_shows(int size)
    {
        var chunk = ChunkPool.Rent(size);
        chunk.Span[size - 1] = 7;
        using (var pin = chunk.Memory.Pin()) Assert.Equal(7, ((byte*)pin.Pointer)[size - 1]);
        Assert.Throws<ArgumentOutOfRangeException>(() => chunk.Pin(chunk.Length + 1));
        ChunkPool.Return(chunk);
    }

    [Fact]
    public void A_chunk_that_was_made_for_the_occasion_is_gone_once_it_was_given_back()
    {
        var chunk = ChunkPool.Rent(ChunkPool.LargestChunk + 1);
        Assert.False(chunk.IsPooled);
        ChunkPool.Return(chunk);
        Assert.Equal(0, chunk.Length);
        Assert.True(chunk.Span.IsEmpty);
    }

    [Fact]
    public void A_chunk_that_cannot_go_back_to_the_system_stays_however_much_lies_idle()
    {
        var chunks = Enumerable.Range(0, 200).Select(_ => ChunkPool.Rent(ChunkPool.LargestChunk)).ToArray();
        foreach (var chunk in chunks) ChunkPool.Return(chunk);
        Assert.All(chunks.Where(c => c.Stays), c => Assert.Equal(ChunkPool.LargestChunk, c.Length));
        Assert.Contains(chunks, c => c.Length == 0);
    }

    [Fact]
    public void The_empty_chunk_can_be_given_back_any_number_of_times()
    {
        for (var i = 0; i < 3; i++) ChunkPool.Return(Chunk.Empty);
        Assert.Equal(0, Chunk.Empty.Length);
    }
}
