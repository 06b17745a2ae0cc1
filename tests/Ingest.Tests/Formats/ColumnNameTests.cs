using System.Text;
using Ingest.Formats.Csv;
using Ingest.Postgres;

namespace Ingest.Tests.Formats;

public sealed class ColumnNameTests
{
    [Theory]
    [InlineData("id", "id")]
    [InlineData("Order ID", "order_id")]
    [InlineData("orderId", "order_id")]
    [InlineData(" Total (EUR) ", "total_eur")]
    [InlineData("price/unit, %", "price_unit")]
    [InlineData("Größe", "grosse")]
    [InlineData("Prénom d’usage", "prenom_dusage")]
    [InlineData("Æther-Œuvre Øl Łódź Đ þ", "aether_oeuvre_ol_lodz_d_th")]
    [InlineData("Cafe\u0301", "cafe")]
    [InlineData("Tiếng Việt", "tieng_viet")]
    [InlineData("2020", "_2020")]
    [InlineData("__a__b__", "a_b")]
    [InlineData("µg", "ug")]
    [InlineData("address2Line", "address2line")]
    [InlineData("a\nb", "a_b")]
    [InlineData("", "column_7")]
    [InlineData(" ", "column_7")]
    [InlineData("€", "column_7")]
    public void Headers_become_lower_snake_case(string header, string expected) =>
        Assert.Equal(expected, ColumnName.Normalize(header, 7));

    [Fact]
    public void Every_name_is_an_identifier_and_stays_as_it_is()
    {
        var random = new Random(11);
        for (var i = 0; i < 5000; i++)
        {
            var header = string.Concat(Enumerable.Range(0, random.Next(20)).Select(_ => (char)random.Next(1, 0x250)));
            string name;
            try
            {
                name = ColumnName.Normalize(header, 1);
            }
            catch (PlanException e)
            {
                Assert.Contains("--headers", e.Message, StringComparison.Ordinal);
                continue;
            }
            Assert.True(Identifier.IsValid(name), name);
            Assert.Equal(name.TrimStart('_'), ColumnName.Normalize(name, 1).TrimStart('_'));
        }
    }

    [Fact]
    public void Two_headers_of_one_name_are_an_error_that_names_both()
    {
        var error = Assert.Throws<PlanException>(() => ColumnName.Normalize(["id", "Größe", "grosse"]));
        Assert.Equal("column_collision", error.Code);
        Assert.Contains("'Größe' (column 2)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'grosse' (column 3)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_PostgreSQL_would_cut_are_errors()
    {
        Assert.Equal(63, ColumnName.Normalize(new string('a', 63), 1).Length);
        var error = Assert.Throws<PlanException>(() => ColumnName.Normalize(["id", new string('ß', 32)]));
        Assert.Contains("64 bytes", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Letters_without_an_ASCII_form_are_an_error_that_points_to_headers()
    {
        foreach (var header in (string[])["名前", "имя", "x 名"])
            Assert.Contains("--headers", Assert.Throws<PlanException>(() => ColumnName.Normalize([header])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Composed_and_decomposed_headers_give_the_same_name()
    {
        const string composed = "é ñ ż ế ü";
        const string decomposed = "e\u0301 n\u0303 z\u0307 e\u0302\u0301 u\u0308";
        Assert.NotEqual(Encoding.UTF8.GetBytes(composed), Encoding.UTF8.GetBytes(decomposed));
        Assert.Equal(ColumnName.Normalize(composed, 1), ColumnName.Normalize(decomposed, 1));
    }
}
