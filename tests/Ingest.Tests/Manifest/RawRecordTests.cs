using FsCheck;
using FsCheck.Fluent;
using Ingest.Manifest.Queries;

namespace Ingest.Tests.Manifest;

public sealed class RawRecordTests
{
    private static readonly Gen<RawField> Field =
        from value in Gen.Elements("ab ,;\"\r\n\\é".ToCharArray()).ArrayOf().Select(chars => new string(chars))
        from quoted in Gen.Elements(true, false)
        select new RawField(value, quoted || value.AsSpan().IndexOfAny(";\"\r\n") >= 0);

    [Fact]
    public void Fields_and_their_quotes_come_back_as_they_were_written() => Prop.ForAll(
        Field.NonEmptyListOf().ToArbitrary(),
        fields =>
        {
            var text = string.Join(';', fields.Select(field => field.IsQuoted ? "\"" + field.Value.Replace("\"", "\"\"") + "\"" : field.Value));
            // A record of nothing is the empty text.
            if (text.Length == 0) return;
            Assert.Equal(fields, RawRecord.Of("""{"delimiter":";","quote":"\"","escape":"\""}""").Split(text));
            Assert.Equal(fields, new RawRecord(';', '"', '"').Split(text + "\r\n"));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    [Theory]
    [InlineData("""{"delimiter":"\t","quote":"","escape":"","comment":""}""", "a\t\"b\t", "a|\"b|")]
    [InlineData("""{"delimiter":"|","quote":"'","escape":"\\"}""", "'it\\'s'|'\\\\'|x", "it's|\\|x")]
    [InlineData("{}", "a,\"b \"\"q\"\"\",c", "a|b \"q\"|c")]
    [InlineData("", "a,b", "a|b")]
    public void The_stored_dialect_is_used(string dialect, string record, string fields) =>
        Assert.Equal(fields, string.Join('|', RawRecord.Of(dialect).Split(record)!.Select(field => field.Value)));

    [Theory]
    [InlineData("a,\"open")]
    [InlineData("a,b\nc,d")]
    [InlineData("")]
    public void Text_that_is_not_one_record_does_not_split(string text) => Assert.Null(new RawRecord(',', '"', '"').Split(text));
}
