using Ingest.Formats.Csv;
using Ingest.Sources;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvProbeTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("id,v\n1,a\n2,", "shrank")]
    [InlineData("id,v\n1,a\n2,b\n3,", "grew")]
    public void A_file_that_is_another_when_its_turn_comes_is_not_read_to_its_new_end(string later, string how)
    {
        File.WriteAllText(path, "id,v\n1,a\n2,b\n");
        using var probe = CsvProbe.Open(SourceFile.Local(path), new CsvOptions());
        File.WriteAllText(path, later);

        var error = Assert.Throws<SourceException>(() => probe.Read(new CsvOptions(), hasHeader: true));

        Assert.Equal("source_changed", error.Code);
        Assert.Contains(how, error.Message, StringComparison.Ordinal);
    }
}
