using System.Threading.Channels;

namespace Ingest.Lanes;

/// <summary>What waits for a lane, in the order of its coming.</summary>
/// <param name="room">Counts what waits for any lane.</param>
internal sealed class Inbox(InboxRoom room)
{
    /// <summary>Small files make many deliveries of few bytes.</summary>
    private const int MostDeliveries = 64;

    private readonly Channel<Delivery> deliveries =
        Channel.CreateBounded<Delivery>(new BoundedChannelOptions(MostDeliveries) { SingleReader = true, SingleWriter = true });

    /// <summary>Adds a delivery.</summary>
    /// <exception cref="ChannelClosedException">The lane has ended.</exception>
    public ValueTask WriteAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        room.Add(delivery.RetainedBytes);
        return deliveries.Writer.WriteAsync(delivery, cancellationToken);
    }

    /// <summary>Nothing more comes, or nobody reads any more.</summary>
    public void Complete() => deliveries.Writer.TryComplete();

    /// <summary>Waits for a delivery; false once all were taken and no more will come.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => deliveries.Reader.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next delivery, if it is there.</summary>
    public bool TryRead(out Delivery delivery)
    {
        if (!deliveries.Reader.TryRead(out delivery)) return false;
        room.Remove(delivery.RetainedBytes);
        return true;
    }
}
