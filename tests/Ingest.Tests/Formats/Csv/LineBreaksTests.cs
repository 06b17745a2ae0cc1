using FsCheck;
using FsCheck.Fluent;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats.Csv;

public sealed class LineBreaksTests
{
    [Fact]
    public void Each_LF_CR_LF_and_lone_CR_ends_one_line() => Prop.ForAll(
        CsvTexts.Bytes(CsvTexts.Rfc4180).ToArbitrary(),
        text => Assert.Equal(
            System.Text.Encoding.Latin1.GetString(text).Replace("\r\n", "\n", StringComparison.Ordinal).Count(c => c is '\r' or '\n'),
            LineBreaks.Count(text))).QuickCheckThrowOnFailure();
}
