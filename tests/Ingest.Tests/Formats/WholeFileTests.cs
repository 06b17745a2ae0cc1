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

    private sealed class EndlessReader : IBlockReader
    {
        public int Blocks { get; private set; }

        public long BytesRead => Blocks * 4L;

        public byte[] Checksum => [];

        public void SkipTo(RestartPoint point, CancellationToken cancellationToken)
        {
        }

        public RecordBlock Read(CancellationToken cancellationToken)
        {
            Blocks++;
            return Tokenized.Block("1,2\n"u8);
        }

        public void Dispose()
        {
        }
    }
}
