using Ingest.Lanes;

namespace Ingest.Tests.Lanes;

/// <summary>What waits for the lanes is bounded by its memory, and whoever posts always comes to an end.</summary>
public sealed class InboxRoomTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Posting_goes_on_while_there_is_room()
    {
        var room = new InboxRoom(100);
        room.Add(99);
        // At once: there is nothing that a wait could end by.
        Assert.True(room.WaitAsync().AsTask().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Posting_waits_until_enough_was_taken()
    {
        var room = new InboxRoom(100);
        room.Add(80);
        room.Add(80);
        var waiting = room.WaitAsync().AsTask();
        room.Remove(50);
        Assert.False(waiting.IsCompleted);
        room.Remove(30);
        await waiting.WaitAsync(Patience);
    }

    [Fact]
    public async Task A_lane_that_failed_lets_posting_go_on()
    {
        var room = new InboxRoom(100);
        room.Add(100);
        var waiting = room.WaitAsync().AsTask();
        Assert.False(waiting.IsCompleted);
        room.Close();
        await waiting.WaitAsync(Patience);
        await room.WaitAsync().AsTask().WaitAsync(Patience);
    }

    [Fact]
    public async Task No_taking_is_missed_by_the_one_who_waits()
    {
        const int Deliveries = 20_000;
        var room = new InboxRoom(8);
        var most = 0L;
        var held = 0L;
        var taken = new SemaphoreSlim(0);
        var lanes = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            while (await taken.WaitAsync(Patience))
            {
                if (Volatile.Read(ref held) < 0) return;
                Interlocked.Decrement(ref held);
                room.Remove(1);
            }
        })).ToArray();
        var posting = Task.Run(async () =>
        {
            for (var i = 0; i < Deliveries; i++)
            {
                await room.WaitAsync();
                room.Add(1);
                most = Math.Max(most, Interlocked.Increment(ref held));
                taken.Release();
            }
        });
        await posting.WaitAsync(Patience);
        while (Volatile.Read(ref held) > 0) await Task.Yield();
        Volatile.Write(ref held, -1);
        taken.Release(lanes.Length);
        await Task.WhenAll(lanes).WaitAsync(Patience);
        Assert.InRange(most, 1, 8);
    }
}
