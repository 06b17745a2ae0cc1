using FsCheck;
using FsCheck.Fluent;
using Ingest.Buffers;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvBlockTests
{
    /// <summary>Lanes that share a block ask for the places of their rejects by turns, forwards and backwards.</summary>
    [Fact]
    public void The_line_of_a_record_does_not_depend_on_what_was_asked_before() => Prop.ForAll(
        CsvTexts.Bytes(CsvTexts.Rfc4180).ToArbitrary(),
        text =>
        {
            var chunk = ChunkPool.Rent(text.Length + CsvBlock.Padding);
            text.CopyTo(chunk.Span);
            var block = new CsvBlock(chunk, text.Length);
            using var tokenizer = new CsvTokenizer(new((byte)',', (byte)'"', (byte)'"', 0));
            tokenizer.Begin(block);
            var starts = new List<int>();
            while (tokenizer.MoveNext()) starts.Add(tokenizer.RecordStart);
            int[] shuffled = [.. starts];
            new Random(text.Length).Shuffle(shuffled);

            Assert.All(shuffled, start => Assert.Equal(LineBreaks.Count(text.AsSpan(0, start)) + 1, block.Raw(start, 0).Line));
            block.Release();
        }).QuickCheckThrowOnFailure();
}
