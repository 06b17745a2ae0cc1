using Ingest.Formats;
using Ingest.Formats.Csv;
using Ingest.Lanes;
using Ingest.Manifest;
using Ingest.Sources;
using Ingest.Telemetry;
using Ingest.Tests.Formats.Csv;

namespace Ingest.Tests.Formats;

/// <summary>Small files that are read in one go.</summary>
public sealed class WholeFileTests
{
    [Fact]
    public async Task A_file_that_has_grown_is_not_read_whole()
    {
        using var reader = new EndlessReader();
        using var decoder = DecodedRows.Decoder(new CsvDialect((byte)',', (byte)'"', (byte)'"', 0), DecodedRows.TextColumns(2));

        var file = WholeFile.Read(reader, decoder, () =>
        {
            if (reader.Blocks == 3) throw SourceErrors.Changed("f", "grew");
        }, CancellationToken.None);
        Assert.Equal(3, reader.Blocks);

        var delivered = 0;
        var delivery = new BlockDelivery(default, segments =>
        {
            delivered += segments.Sum(s => s.Count);
            foreach (var segment in segments) segment.Dispose();
            return ValueTask.CompletedTask;
        }, new LoadProgress().Add("f", null));
        await Assert.ThrowsAsync<SourceException>(() => file.DeliverAsync(delivery));
        Assert.Equal(3, delivered);
        Assert.Equal(3, delivery.End.Record);
    }

    [Fact]
    public void A_file_that_unpacks_to_more_than_may_lie_ready_is_left_for_its_turn()
    {
        using var reader = new EndlessReader { Text = System.Text.Encoding.UTF8.GetBytes($"1,{new string('x', 1 << 20)}\n") };
        using var decoder = DecodedRows.Decoder(new CsvDialect((byte)',', (byte)'"', (byte)'"', 0), DecodedRows.TextColumns(2));

        var file = WholeFile.Read(reader, decoder, () => Assert.InRange(reader.Blocks, 0, 30), CancellationToken.None);

        Assert.True(file.IsTooLarge);
        Assert.Equal(reader.Blocks, reader.Freed);
    }

    private sealed class EndlessReader : IBlockReader
    {
        public byte[] Text { get; init; } = "1,2\n"u8.ToArray();

        public int Freed { get; private set; }

        public int Blocks { get; private set; }

        public long BytesRead => Blocks * 4L;

        public byte[] Checksum => [];

        public void SkipTo(RestartPoint point, CancellationToken cancellationToken)
        {
        }

        public RecordBlock Read(CancellationToken cancellationToken)
        {
            Blocks++;
            var block = Tokenized.Block(Text);
            block.Freed = _ => Freed++;
            return block;
        }

        public void Dispose()
        {
        }
    }
}
