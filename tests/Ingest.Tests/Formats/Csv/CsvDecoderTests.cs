using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Convert;
using Ingest.Formats.Csv;

namespace Ingest.Tests.Formats.Csv;

public sealed class CsvDecoderTests
{
    [Fact]
    public void Every_record_of_any_bytes_is_a_row_or_a_reject_in_one_lane_in_source_order()
    {
        var cases = from c in CsvTexts.DialectsAndBytes
                    from columns in Gen.Choose(1, 3)
                    from lanes in Gen.Choose(1, 3)
                    from keyed in Gen.Elements(true, false)
                    select (c.Dialect, c.Text, columns, lanes, keyed);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var records = Tokenized.Records(c.Text, c.Dialect, keepBlankLines: c.columns == 1);
            using var decoder = DecodedRows.Decoder(c.Dialect, DecodedRows.TextColumns(c.columns), c.lanes, key: c.keyed ? [0] : []);
            DecodedRows.Decode(decoder, c.Text, decoded =>
            {
                Assert.Equal(records.Count, decoded.Records);
                var seen = new List<int>();
                foreach (var segment in decoded.Segments)
                {
                    foreach (var row in segment.Rows) AssertPlace(records[row.Ordinal], row.RawStart, row.RawLength);
                    foreach (var reject in segment.Rejects) AssertPlace(records[reject.Ordinal], reject.RawStart, reject.RawLength);
                    var rows = segment.Rows.ToArray().Select(r => r.Ordinal).ToList();
                    Assert.Equal(rows.Order(), rows);
                    Assert.Equal(segment.Rejects.Select(r => r.Ordinal).Order(), segment.Rejects.Select(r => r.Ordinal));
                    seen.AddRange(rows);
                    seen.AddRange(segment.Rejects.Select(r => r.Ordinal));
                }
                Assert.Equal(Enumerable.Range(0, records.Count), seen.Order());
            });
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    [Fact]
    public void Equal_keys_meet_in_one_lane_however_they_are_written()
    {
        var columns = new[] { DecodedRows.Column("k", TypeOids.Numeric, "numeric", isKey: true), DecodedRows.Column("v", TypeOids.Text, "text") };
        using var decoder = DecodedRows.Decoder(CsvTexts.Rfc4180, columns, lanes: 7, key: [0]);
        var text = string.Concat(Enumerable.Range(0, 50).Select(i => $"{i},a\n\"{i}.0\",b\n+{i}.00,c\n{i}e0,d\n"));
        DecodedRows.Decode(decoder, Encoding.UTF8.GetBytes(text), decoded =>
        {
            Assert.Equal(200, decoded.Segments.Sum(s => s.Count));
            foreach (var segment in decoded.Segments)
            {
                foreach (var group in segment.Rows.ToArray().GroupBy(r => r.Ordinal / 4)) Assert.Equal(4, group.Count());
            }
            Assert.True(decoded.Segments.Count(s => s.Count > 0) > 1);
        });
    }

    [Fact]
    public void A_record_that_does_not_convert_is_in_the_lane_that_its_key_gives_it_once_it_does()
    {
        static RowColumn[] Columns(string type, uint oid) =>
            [DecodedRows.Column("v", oid, type), DecodedRows.Column("k", TypeOids.Text, "text", isKey: true), DecodedRows.Column("w", oid, type)];
        using var narrow = DecodedRows.Decoder(CsvTexts.Rfc4180, Columns("smallint", TypeOids.Int2), lanes: 5, key: [1]);
        using var wide = DecodedRows.Decoder(CsvTexts.Rfc4180, Columns("bigint", TypeOids.Int8), lanes: 5, key: [1]);
        var text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 60).Select(i => $"{(i % 3 == 0 ? 99_999 : i)},key {i},{(i % 4 == 0 ? 99_999 : i)}\n")));
        var lanes = new int[60];
        DecodedRows.Decode(wide, text, decoded =>
        {
            for (var lane = 0; lane < 5; lane++)
            {
                foreach (var row in decoded.Segments[lane].Rows) lanes[row.Ordinal] = lane;
            }
        });

        DecodedRows.Decode(narrow, text, decoded =>
        {
            Assert.Equal(30, decoded.Segments.Sum(s => s.Rejects.Count));
            for (var lane = 0; lane < 5; lane++) Assert.All(decoded.Segments[lane].Rejects, r => Assert.Equal(lane, lanes[r.Ordinal]));
        });
        Assert.True(lanes.Distinct().Count() > 1);
    }

    [Theory]
    [InlineData("1,a\n2\n3,c", "csv_field_count", "the record has 1 fields where 2 are expected")]
    [InlineData("1,a\n2,b,c\n3,c", "csv_field_count", "the record has 3 fields where 2 are expected")]
    [InlineData("1,a\n2,\"b\" \n3,c", "csv_text_after_quote", "text stands between")]
    [InlineData("1,a\n3,c\n2,\"b\n", "csv_unclosed_quote", "never closed")]
    [InlineData("1,a\n2,b\xFFx\n3,c", "22021", "byte 3 of the record (0xff)")]
    [InlineData("1,a\n2,\xED\xA0\x80\n3,c", "22021", "byte 2 of the record (0xed)")]
    [InlineData("1,a\n2,\xC3\n3,c", "22021", "byte 2 of the record (0xc3)")]
    [InlineData("1,a\n2,b\0\n3,c", "22021", "NUL")]
    [InlineData("1,a\nx,b\n3,c", "22P02", "k: ")]
    public void A_bad_record_is_a_reject_with_its_reason_and_its_neighbours_are_rows(string text, string code, string message)
    {
        var columns = new[] { DecodedRows.Column("k", TypeOids.Int4, "integer", isKey: true), DecodedRows.Column("v", TypeOids.Text, "text") };
        foreach (var key in (int[][])[[], [0]])
        {
            using var decoder = DecodedRows.Decoder(CsvTexts.Rfc4180, columns, key: key);
            DecodedRows.Decode(decoder, Encoding.Latin1.GetBytes(text), decoded =>
            {
                var segment = Assert.Single(decoded.Segments);
                var reject = Assert.Single(segment.Rejects);
                Assert.Equal(code, reject.Code);
                Assert.Contains(message, reject.Message, StringComparison.Ordinal);
                Assert.StartsWith(message == "k: " ? "x" : "2", text[reject.RawStart..], StringComparison.Ordinal);
                Assert.Equal(2, segment.Count);
                Assert.Equal(segment.SizeOf(0, segment.Count), segment.Rows[1].End);
            });
        }
    }

    [Fact]
    public void A_record_goes_to_the_same_lane_when_a_resume_cuts_the_blocks_elsewhere()
    {
        var text = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Range(0, 400_000).Select(i => $"{i},\"{i}\"\n")));
        using var decoder = DecodedRows.Decoder(CsvTexts.Rfc4180, DecodedRows.TextColumns(2), lanes: 3);
        var atOnce = Lanes(text, CsvBlockReader.BlockSize);
        Assert.Equal(400_000, atOnce.Count);
        Assert.Equal(3, atOnce.Values.Distinct().Count());
        Assert.Equal(atOnce, Lanes(text, 300_007));

        Dictionary<long, int> Lanes(byte[] content, int blockSize)
        {
            var lanes = new Dictionary<long, int>();
            using var reader = new CsvBlockReader(
                Sources.StoredBytes.Open(content, hash: false), default, "data.csv", CsvTexts.Rfc4180, 0, int.MaxValue, blockSize);
            while (reader.Read(CancellationToken.None) is { } block)
            {
                var decoded = decoder.Decode(block);
                for (var lane = 0; lane < decoded.Segments.Length; lane++)
                {
                    foreach (var row in decoded.Segments[lane].Rows) lanes.Add(block.Start.Position + row.RawStart, lane);
                    decoded.Segments[lane].Dispose();
                }
                block.Release();
            }
            return lanes;
        }
    }

    private static void AssertPlace(TokenizedRecord record, int start, int length)
    {
        Assert.Equal(record.Start, start);
        Assert.Equal(record.Raw.Length, length);
    }
}
