using System.Text.Unicode;
using Ingest.Formats.Parquet;

namespace Ingest.Tests.Formats.Parquet;

public sealed class PlainTextTests
{
    [Fact]
    public void Text_is_UTF8_without_NUL_at_every_length_and_place()
    {
        var random = new Random(11);
        byte[][] parts = ["a"u8.ToArray(), "é"u8.ToArray(), "日"u8.ToArray(), "😀"u8.ToArray(), [0], [0x7F], [0x80], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [1]];
        for (var round = 0; round < 20_000; round++)
        {
            var ascii = random.Next(0, 30);
            var bytes = Enumerable.Repeat((byte)'x', ascii).ToList();
            for (var i = random.Next(0, 3); i > 0; i--) bytes.InsertRange(random.Next(0, bytes.Count + 1), parts[random.Next(parts.Length)]);
            var text = bytes.ToArray();
            Assert.Equal(Utf8.IsValid(text) && !text.Contains((byte)0), PlainText.IsValid(text));
        }
    }
}
