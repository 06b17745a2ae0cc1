using System.Runtime.ExceptionServices;

namespace Ingest.Formats;

/// <summary>
/// A small file, read and decoded in one go. Files of a few hundred rows are read ahead of their turn in this way, several
/// at once: a pipeline of its own for each takes longer than its rows.
/// </summary>
internal sealed class WholeFile
{
    private readonly Queue<DecodedBlock> blocks = new();
    private ExceptionDispatchInfo? failure;

    private WholeFile()
    {
    }

    /// <summary>The bytes as stored.</summary>
    public long BytesRead { get; private set; }

    /// <summary>SHA-256 of the file as stored, where it could be read to its end.</summary>
    public byte[] Checksum { get; private set; } = [];

    /// <summary>Whether it unpacked to more than may lie ready, whatever it said of itself: nothing of it is kept, and it is to be read anew in its turn.</summary>
    public bool IsTooLarge { get; private set; }

    /// <summary>Reads a file from its front. What fails is kept for its turn: the blocks before the failure come first.</summary>
    /// <param name="reader">Reads the file.</param>
    /// <param name="decoder">Decodes its blocks.</param>
    /// <param name="check">Throws when the file is no longer the small one it was: one that has grown is not read whole.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static WholeFile Read(IBlockReader reader, IBlockDecoder decoder, Action check, CancellationToken cancellationToken)
    {
        var file = new WholeFile();
        try
        {
            reader.SkipTo(default, cancellationToken);
            file.ReadBlocks(reader, decoder, check, cancellationToken);
            file.Checksum = reader.Checksum;
        }
        catch (Exception e)
        {
            file.failure = ExceptionDispatchInfo.Capture(e);
        }
        file.BytesRead = reader.BytesRead;
        return file;
    }

    /// <summary>Hands everything over.</summary>
    /// <exception cref="SourceException">The file could not be read to its end.</exception>
    public async Task DeliverAsync(BlockDelivery delivery)
    {
        while (blocks.TryDequeue(out var block)) await delivery.AddAsync(block);
        failure?.Throw();
    }

    /// <summary>Gives back what was not handed over.</summary>
    public void Discard()
    {
        while (blocks.TryDequeue(out var block)) block.Discard();
    }

    private void ReadBlocks(IBlockReader reader, IBlockDecoder decoder, Action check, CancellationToken cancellationToken)
    {
        var bytes = 0L;
        while (reader.Read(cancellationToken) is { } block)
        {
            if (bytes > MemoryBudget.WholeFileBytes)
            {
                block.Release();
                Discard();
                IsTooLarge = true;
                return;
            }
            var decoded = decoder.DecodeSealed(block);
            blocks.Enqueue(decoded);
            bytes += decoded.RetainedBytes;
            check();
        }
    }
}
