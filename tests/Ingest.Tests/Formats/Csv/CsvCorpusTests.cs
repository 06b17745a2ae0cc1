using System.Text;
using System.Text.Json;
using Ingest.Formats.Csv;
using Ingest.Sources;
using Ingest.Testing;
using Ingest.Tests.Sources;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvCorpusTests
{
    [SkippableTheory]
    [InlineData("comma_in_quotes")]
    [InlineData("empty")]
    [InlineData("empty_crlf")]
    [InlineData("escaped_quotes")]
    [InlineData("json")]
    [InlineData("newlines")]
    [InlineData("newlines_crlf")]
    [InlineData("quotes_and_newlines")]
    [InlineData("simple")]
    [InlineData("simple_crlf")]
    [InlineData("utf8")]
    public void A_file_of_csv_spectrum_has_its_expected_records(string name)
    {
        var text = File.ReadAllBytes(Repository.Corpus("csv-spectrum", "csvs", name + ".csv"));
        using var expected = JsonDocument.Parse(File.ReadAllBytes(Repository.Corpus("csv-spectrum", "json", name + ".json")));
        var records = Values(text);
        Assert.Equal(expected.RootElement.GetArrayLength(), records.Count - 1);
        foreach (var (record, item) in records.Skip(1).Zip(expected.RootElement.EnumerateArray()))
        {
            Assert.Equal(
                item.EnumerateObject().Select(p => (p.Name, p.Value.GetString())),
                records[0].Zip(record, (header, value) => (header, (string?)value)));
        }
    }

    /// <summary>Ragged, with preambles, comments, stray quotes, NUL bytes, three kinds of line break.</summary>
    [SkippableFact]
    public void The_files_of_csvkit_are_cut_as_CsvHelper_cuts_them()
    {
        var files = Directory.GetFiles(Repository.Corpus("csvkit", "examples"), "*.csv", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var source = SourceStream.Open(SourceFile.Local(file), Path.GetFileName(file) == "test_latin1.csv" ? "latin1" : null);
            var text = StoredBytes.ReadAll(source);
            foreach (var delimiter in ",;\t"u8) CsvTokenizerTests.AssertCutAsByCsvHelper(text, CsvTexts.Rfc4180 with { Delimiter = delimiter });
        }
    }

    private static List<string[]> Values(byte[] text)
    {
        var block = Tokenized.Block(text);
        using var tokenizer = new CsvTokenizer(CsvTexts.Rfc4180);
        tokenizer.Begin(block);
        var records = new List<string[]>();
        while (tokenizer.MoveNext())
        {
            Assert.Equal(CsvMalformation.None, tokenizer.Malformation);
            var record = new string[tokenizer.FieldCount];
            for (var i = 0; i < record.Length; i++)
                record[i] = Encoding.UTF8.GetString(Tokenized.Value(block, tokenizer.Field(i), CsvTexts.Rfc4180));
            records.Add(record);
        }
        block.Release();
        return records;
    }
}
