using System.Text.Json;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats;

public sealed class DialectJsonTests
{
    [Fact]
    public void Every_character_is_read_back_by_a_JSON_reader()
    {
        for (var c = 0; c < 128; c++)
        {
            var byOthers = (byte)(c == 'x' ? 'y' : 'x');
            AssertReadBack(new((byte)c, byOthers, byOthers, 0));
            AssertReadBack(new(byOthers, (byte)c, (byte)c, (byte)c));
        }
    }

    private static void AssertReadBack(CsvDialect dialect)
    {
        using var json = JsonDocument.Parse(DialectJson.Write(dialect));
        var read = json.RootElement.EnumerateObject().Select(p => (p.Name, p.Value.GetString())).ToArray();
        Assert.Equal(
            [("delimiter", Text(dialect.Delimiter)), ("quote", Text(dialect.Quote)), ("escape", Text(dialect.Escape)), ("comment", Text(dialect.Comment))], read);
    }

    private static string Text(byte c) => c == 0 ? "" : ((char)c).ToString();
}
