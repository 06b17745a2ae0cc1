using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Ingest.Parquet.Tests;

/// <summary>The files of parquet-testing that no other reader can be asked about, and those that must be refused.</summary>
public sealed partial class CorpusTests
{
    [SkippableTheory]
    [InlineData("ARROW-GH-41317.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-GH-41321.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-GH-43605.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-GH-45185.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-GH-47662.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-RS-GH-6229-DICTHEADER.parquet", ParquetError.Corrupt)]
    [InlineData("ARROW-RS-GH-6229-LEVELS.parquet", ParquetError.Corrupt)]
    [InlineData("PARQUET-1481.parquet", ParquetError.Corrupt)]
    public void Each_bad_file_is_refused_with_its_name(string name, ParquetError expected) =>
        AssertRefused(Path.Combine("bad_data", name), expected);

    [SkippableFact]
    public void No_bad_file_is_left_out()
    {
        var files = Corpora.SharedFiles("parquet-testing", "bad_data").ToArray();
        Skip.If(files.Length == 0, "the shared corpora are not there");
        Assert.All(files, f => Assert.Throws<ParquetException>(() => CountRows(f)));
    }

    [SkippableTheory]
    [InlineData("datapage_v1-corrupt-checksum.parquet", ParquetError.Checksum)]
    [InlineData("rle-dict-uncompressed-corrupt-checksum.parquet", ParquetError.Checksum)]
    [InlineData("large_string_map.brotli.parquet", ParquetError.Limit)]
    public void Wrong_checksums_and_bombs_are_refused(string name, ParquetError expected) =>
        AssertRefused(Path.Combine("data", name), expected);

    [SkippableFact]
    public void Encrypted_files_are_refused_as_such()
    {
        var folder = Path.Combine(Corpora.Shared, "parquet-testing", "data");
        Skip.IfNot(Directory.Exists(folder), "the shared corpora are not there");
        var files = Directory.GetFiles(folder, "*.parquet.encrypted", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, f => Assert.Equal(ParquetError.Encrypted, Assert.Throws<ParquetException>(() => CountRows(f)).Error));
    }

    [SkippableTheory]
    [InlineData("hadoop_lz4_compressed.parquet", "lz4_raw_compressed.parquet")]
    [InlineData("non_hadoop_lz4_compressed.parquet", "lz4_raw_compressed.parquet")]
    [InlineData("hadoop_lz4_compressed_larger.parquet", "lz4_raw_compressed_larger.parquet")]
    public void The_three_framings_of_LZ4_hold_the_same_rows(string one, string other) =>
        Assert.Equal(Rows(Data(other)), Rows(Data(one)));

    [SkippableFact]
    public void Each_column_in_byte_stream_split_equals_its_plain_twin()
    {
        // The columns come in pairs, first plain, then split.
        foreach (var row in Rows(Data("byte_stream_split_extended.gzip.parquet")))
        {
            var values = row.Split('\t');
            for (var i = 0; i < values.Length; i += 2) Assert.Equal(values[i], values[i + 1]);
        }
    }

    [SkippableFact]
    public void INT96_timestamps_keep_days_that_64_bits_of_nanoseconds_do_not_hold()
    {
        var rows = Rows(Data("int96_from_spark.parquet")).ToArray();
        Assert.Equal(
            [
                "S1704141296123456000", "S1704070800000000000", "S253402225200000000000", "S1735599600000000000", "null",
                "S9089380393200000000000",
            ],
            rows);
    }

    [SkippableFact]
    public void A_map_without_values_is_a_list_of_its_keys()
    {
        var rows = Rows(Data("map_no_value.parquet")).ToArray();
        Assert.Equal("<1:null,2:null,3:null>\t[1,2,3]\t[1,2,3]", rows[0]);
        Assert.Equal(3, rows.Length);
    }

    [SkippableTheory]
    [InlineData("delta_binary_packed")]
    [InlineData("delta_byte_array")]
    [InlineData("delta_encoding_optional_column")]
    [InlineData("delta_encoding_required_column")]
    public void Rows_equal_those_of_the_CSV_file_beside(string name)
    {
        var rows = Rows(Data(name + ".parquet")).ToArray();
        var expected = File.ReadLines(Data(name + "_expect.csv")).Skip(1).ToArray();
        Assert.Equal(expected.Length, rows.Length);
        for (var i = 0; i < rows.Length; i++)
        {
            var values = rows[i].Split('\t').Select(Plain).ToArray();
            var cells = CommaOutsideQuotes().Split(expected[i]).Select(c => c.Trim('"')).ToArray();
            Assert.Equal(cells, values);
        }
    }

    [GeneratedRegex("""
        ,(?=(?:[^"]*"[^"]*")*[^"]*$)
        """)]
    private static partial Regex CommaOutsideQuotes();

    // Undoes the canonical form, as far as those files need it.
    private static string Plain(string value)
    {
        if (value == "null") return "";
        return value[0] == 'x' ? Encoding.UTF8.GetString(Convert.FromHexString(value.AsSpan(1))) : value.ToString(CultureInfo.InvariantCulture);
    }

    private static string Data(string name)
    {
        var path = Path.Combine(Corpora.Shared, "parquet-testing", "data", name);
        Skip.IfNot(File.Exists(path), "the shared corpora are not there");
        return path;
    }

    private static IEnumerable<string> Rows(string path)
    {
        using var file = ParquetFile.Open(path);
        foreach (var row in Canonical.Rows(file)) yield return row;
    }

    private static int CountRows(string path) => Rows(path).Count();

    private static void AssertRefused(string name, ParquetError expected)
    {
        var path = Path.Combine(Corpora.Shared, "parquet-testing", name);
        Skip.IfNot(File.Exists(path), "the shared corpora are not there");
        var error = Assert.Throws<ParquetException>(() => CountRows(path));
        Assert.Equal(expected, error.Error);
        Assert.Equal(path, error.File);
        Assert.StartsWith(path + ": ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }
}
