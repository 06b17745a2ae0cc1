using FsCheck;
using Ingest.Testing;
using static Ingest.Tests.Convert.Texts;

namespace Ingest.Tests.Convert;

/// <summary>Words, strings, bytes and identifiers read as the server reads them.</summary>
public sealed class TextOracleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Count = 3000;

    private static readonly string[] Characters = ["a", "Z", " ", "  ", "é", "漢", "😀", "\n", "\\", "\"", "e\u0301"];

    [Fact]
    public async Task Booleans_read_in_every_spelling()
    {
        var words = AnyCase(One("true", "tru", "tr", "t", "false", "f", "fal", "yes", "ye", "y", "no", "n", "on", "o", "off", "of", "1", "0", "truee", "noo", "01", ""));
        await CompareAsync("bool", Any(Spaced(words), Damaged(words, " tfyno01")));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("varchar")]
    [InlineData("varchar(5)")]
    [InlineData("char(5)")]
    [InlineData("bpchar")]
    [InlineData("name")]
    public async Task Strings_are_kept_cut_or_refused_as_the_server_does(string type) =>
        await CompareAsync(type, Any(Pieces(Characters, 0, 8), Pieces(Characters, 0, 70), Pieces([" "], 0, 8)));

    [Fact]
    public async Task Uuids_read_in_every_form()
    {
        var hex = "0123456789abcdefABCDEF";
        var plain = Chars(hex, 32, 32);
        var canonical = Join(Chars(hex, 8, 8), One("-"), Chars(hex, 4, 4), One("-"), Chars(hex, 4, 4), One("-"), Chars(hex, 4, 4), One("-"), Chars(hex, 12, 12));
        var group = Join(Chars(hex, 4, 4), One("", "-"));
        var odd = Join(group, group, group, group, group, group, group, Chars(hex, 4, 4));
        var valid = Any(plain, canonical, odd);
        await CompareAsync("uuid", Any(valid, Join(One("{"), valid, One("}")), Damaged(valid, "{}-g0 ")));
    }

    [Fact]
    public async Task Bytes_read_in_hexadecimal_and_with_escapes()
    {
        var hex = Join(One("\\x"), Pieces(["00", "ff", "0A", "7f", " ", "\n"], 0, 20));
        var escapes = Pieces(["a", "é", "\\\\", "\\000", "\\377", "\\101", " ", "\n"], 0, 12);
        await CompareAsync("bytea", Any(hex, escapes, Damaged(hex, "0g\\ x"), Damaged(escapes, "\\4038")));
    }

    [Theory]
    [InlineData("json")]
    [InlineData("jsonb")]
    public async Task Documents_that_the_server_takes_arrive_unchanged(string type)
    {
        var scalar = One("null", "true", "1.50", "-0", "1e5", "\"a\"", "\"é😀\\u00e9\"", "{}", "[]", "\"\\u0000\"", "nul", "01", "");
        var pair = Join(One("\"k\"", "\"ключ\"", "\"a\""), One(":", " : "), scalar);
        var value = Any(scalar, Join(One("{"), pair, One(","), pair, One("}")), Join(One("["), scalar, One(", "), scalar, One("]")));
        await CompareAsync(type, Spaced(value));
    }

    [Fact]
    public async Task Labels_of_an_enum_arrive_as_they_are()
    {
        await using var database = await postgres.CreateSchemaAsync();
        await database.ExecuteAsync("CREATE TYPE mood AS ENUM ('sad', 'só so', 'HAPPY')");
        await new ServerOracle(database).CompareAsync("mood", ["sad", "só so", "HAPPY", "happy", " sad", "", new string('x', 100)]);
    }

    private async Task CompareAsync(string type, Gen<string> texts)
    {
        await using var database = await postgres.CreateSchemaAsync();
        await new ServerOracle(database).CompareAsync(type, Take(texts, Count));
    }
}
