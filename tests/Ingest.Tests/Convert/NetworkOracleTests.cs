using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Ingest.Testing;
using static Ingest.Tests.Convert.Texts;

namespace Ingest.Tests.Convert;

/// <summary>Network addresses read as the server reads them.</summary>
public sealed class NetworkOracleTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private const int Count = 4000;
    private const string Hex = "0123456789abcdefABCDEF";

    private static readonly Gen<string> V4 = Join(Number(0, 260), One("."), Number(0, 256), One("."), Number(0, 255), One("."), One("0", "1", "00", "007", "255"));
    private static readonly Gen<string> Word = Any(One("0"), Chars(Hex, 1, 4));

    private static readonly Gen<string> V6 =
        from count in Gen.Choose(0, 9)
        from words in Word.ArrayOf(count)
        from gap in Gen.Choose(-1, count)
        from tail in Maybe(V4)
        select Compose(words, gap, tail);

    [Fact]
    public async Task Addresses_read_as_the_server_reads_them()
    {
        var address = Join(Any(V4, V6), Maybe(Join(One("/"), Number(0, 130))));
        // A point or colon after the last number, and an incomplete IPv4 address inside an IPv6 address, pass the server.
        await CompareAsync("inet", Any(address, Damaged(address, ":./0f ")), text => Regex.IsMatch(text, @"[.:](/|$)|:.*\."));
    }

    [Fact]
    public async Task Networks_read_as_the_server_reads_them()
    {
        var v4 = Join(One("10", "192.168", "172.16.0", "10.0.0.0", "192.168.4.0", "224.0.0.0", "1.2.3.4"), One("", "/8", "/16", "/22", "/24", "/32", "/33", "/"));
        var v6 = Join(One("::", "fe80::", "2001:db8::", "2001:db8::1", "1:2:3:4:5:6:7:8"), One("", "/0", "/10", "/32", "/127", "/128", "/129"));
        var classes = Join(Number(0, 255), Maybe(Join(One("."), Number(0, 255))), Maybe(Join(One(".0"), One("", ".0"))), Maybe(Join(One("/"), Number(0, 32))));
        await CompareAsync("cidr", Any(v4, v6, classes));
    }

    [Theory]
    [InlineData("macaddr", 6)]
    [InlineData("macaddr8", 8)]
    public async Task Hardware_addresses_read_as_the_server_reads_them(string type, int bytes)
    {
        var address =
            from digits in Chars(Hex, bytes * 2, bytes * 2)
            from every in Gen.Elements(2, 4, bytes, 100)
            from separator in One(":", "-", ".")
            select string.Join(separator, digits.Chunk(every).Select(chunk => new string(chunk)));
        var six = from digits in Chars(Hex, 12, 12) select string.Join(':', digits.Chunk(2).Select(chunk => new string(chunk)));
        // macaddr is read with sscanf, which takes bytes of one digit, white space, signs and 0x between the separators; macaddr8
        // drops an odd last digit or a separator at the end.
        await CompareAsync(type, Any(Spaced(Any(address, six)), Damaged(address, Hex + ":-. g")), text => type == "macaddr" || text.Count(char.IsAsciiHexDigit) % 2 == 1 || !char.IsAsciiHexDigit(text[^1]));
    }

    [Fact]
    public async Task Bytes_of_a_hardware_address_may_have_one_digit()
    {
        await using var database = await postgres.CreateSchemaAsync();
        await new ServerOracle(database).CompareAsync(
            "macaddr",
            ["8:0:2b:1:2:3", "8-0-2B-1-2-3", "08:0:2b:01:2:f3", " 8:0:2b:1:2:3 ", "8:00:2b:01:02:03", "8:0:2b:1:2", "8:0:2b:1:2:", "8:0:2b:1:2:3:4", "8:0-2b:1:2:3", "8:0:2b:1:2:g", "8::2b:1:2:3", ":8:0:2b:1:2:3", "8.0.2b.1.2.3"]);
    }

    private static string Compose(string[] words, int gap, string tail)
    {
        var left = string.Join(':', words[..Math.Max(gap, 0)]);
        var right = string.Join(':', words[Math.Max(gap, 0)..].Append(tail).Where(w => w.Length > 0));
        return gap < 0 ? right : $"{left}::{right}";
    }

    private async Task CompareAsync(string type, Gen<string> texts, Func<string, bool>? unread = null)
    {
        await using var database = await postgres.CreateSchemaAsync();
        await new ServerOracle(database).CompareAsync(type, Take(texts, Count), unread, otherState: unread);
    }
}
