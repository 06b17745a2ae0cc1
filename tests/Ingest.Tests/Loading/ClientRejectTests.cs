using System.Text;
using Ingest.Testing;

namespace Ingest.Tests.Loading;

/// <summary>Records that the loader itself cannot convert.</summary>
public sealed class ClientRejectTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    public static TheoryData<string, string> Bad => new()
    {
        { "x,2024-01-01,a", "22P02" },
        { "99999999999,2024-01-01,a", "22003" },
        { "1,2024-02-30,a", "22008" },
        { "1,soon,a", "22007" },
        { "1,2024-01-01,toolong", "22001" },
        { "1,2024-01-01", "csv_field_count" },
        { "1,2024-01-01,a,b", "csv_field_count" },
        { "1,2024-01-01,\"a\"b", "csv_text_after_quote" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task A_bad_record_is_kept_with_its_number_line_and_text(string bad, string code)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, d date, v varchar(3))");
        var path = scene.Write("b.csv", $"id,d,v\n1,2024-01-01,\"a\nb\"\n{bad}\n3,2024-01-03,c\n{bad}");

        await scene.RejectedAsync(LoadScene.Append(path) with { MaxRejects = new(2, null) }, 2);

        Assert.Equal([$"2|4|{code}|{bad}", $"4|6|{code}|{bad}"], await scene.RejectsAsync());
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(50)]
    [InlineData(100)]
    public async Task Exactly_the_bad_records_are_rejects(int percent)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int PRIMARY KEY, v text)");
        var isBad = Enumerable.Range(0, 600).Select(i => i * 37 % 100 < percent).ToArray();
        var path = scene.Write("b.csv", CsvText.File("id,v", isBad.Select((bad, i) => bad ? $"x{i},\"two\nlines\"" : $"{i},\"two\nlines\"")));

        await scene.LoadAsync(LoadScene.Job(path) with { MaxRejects = new(600, null), ChunkSize = 70, Concurrency = 3 });

        Assert.Equal(
            isBad.Select((bad, i) => (bad, i)).Where(r => r.bad).Select(r => $"{r.i + 1}|{2 + (r.i * 2)}|22P02|x{r.i},\"two\nlines\""),
            await scene.RejectsAsync());
        Assert.Equal(isBad.Count(b => !b), await scene.Database.ScalarAsync<long>("SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_kept_as_they_are()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        byte[] content = [.. "id,v\n1,a\n2,"u8, 0xff, 0xfe, .. "\n3,"u8, 0, .. "z\n4,d\n"u8];

        await scene.RejectedAsync(LoadScene.Append(scene.WriteBytes("b.csv", content)) with { MaxRejects = new(2, null), Csv = new() { Encoding = "utf-8" } }, 2);

        Assert.Equal(["2|22021|322cfffe", "3|22021|332c007a"], await scene.Database.RowsAsync(
            "SELECT record, code, encode(raw_bytes, 'hex') FROM ingest.rejects WHERE raw IS NULL ORDER BY record"));
        Assert.Equal(["1|a", "4|d"], await scene.RowsAsync());
    }

    [Fact]
    public async Task A_quote_that_is_never_closed_is_a_reject_of_the_record_that_opened_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");

        await scene.RejectedAsync(LoadScene.Append(scene.Write("q.csv", "id,v\n1,a\n2,\"b\n3,c\n")) with { MaxRejects = new(1, null) }, 1);

        Assert.Equal(["2|3|csv_unclosed_quote"], await scene.Database.RowsAsync("SELECT record, line, code FROM ingest.rejects"));
        Assert.Equal(["1|a"], await scene.RowsAsync());
    }

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(1, 0, false)]
    [InlineData(3, 3, true)]
    [InlineData(4, 3, false)]
    public async Task A_count_of_rejects_is_the_most_that_a_run_may_have(int bad, int limit, bool isLoaded)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var first = scene.Write("1.csv", CsvText.File("id", Enumerable.Range(0, 20).Select(i => i < 1 ? "x" : $"{i}")));
        var second = scene.Write("2.csv", CsvText.File("id", Enumerable.Range(0, 20).Select(i => i < bad - 1 ? "y" : $"{i}")));

        var result = await scene.LoadAsync(LoadScene.Append(first, second) with { MaxRejects = new(limit, null), ChunkSize = 5 });

        Assert.Equal(isLoaded ? ExitCode.LoadedWithRejects : ExitCode.FileFailed, result.ExitCode);
        if (!isLoaded) Assert.Equal("reject_limit", result.Error?.Code);
        Assert.True(await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects") <= limit);
    }

    [Theory]
    [InlineData(10, 1, true)]
    [InlineData(11, 1, false)]
    [InlineData(500, 50, true)]
    [InlineData(501, 50, false)]
    public async Task A_share_of_rejects_is_of_the_records_of_the_run(int bad, int percent, bool isLoaded)
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var small = scene.Write("1.csv", CsvText.File("id", Enumerable.Range(0, 10).Select(i => $"{i}")));
        var large = scene.Write("2.csv", CsvText.File("id", Enumerable.Range(0, 990).Select(i => i < bad ? "x" : $"{i}")));

        var result = await scene.LoadAsync(LoadScene.Append(small, large) with { MaxRejects = new(null, percent) });

        Assert.Equal(isLoaded ? ExitCode.LoadedWithRejects : ExitCode.FileFailed, result.ExitCode);
    }

    [Fact]
    public async Task A_resume_counts_the_rejects_of_the_runs_before_it()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var records = Enumerable.Range(0, 40).Select(i => i is 3 or 35 ? "x" : $"{i}");
        var job = LoadScene.Append(scene.Write("r.csv", CsvText.File("id", records))) with { MaxRejects = new(1, null), ChunkSize = 10, Concurrency = 1 };

        var failed = await scene.LoadAsync(job);
        var again = await scene.LoadAsync(job with { Resume = true });
        var allowed = await scene.LoadAsync(job with { Resume = true, MaxRejects = new(2, null) });

        Assert.Equal((ExitCode.FileFailed, ExitCode.FileFailed, ExitCode.LoadedWithRejects), (failed.ExitCode, again.ExitCode, allowed.ExitCode));
        Assert.Equal((40, 38, 2), (allowed.Total.Read, allowed.Total.Inserted, allowed.Total.Rejected));
    }

    [Fact]
    public async Task A_share_that_was_passed_at_the_end_is_passed_on_a_resume_too()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int)");
        var job = LoadScene.Append(scene.Write("r.csv", CsvText.File("id", Enumerable.Range(0, 100).Select(i => i < 5 ? "x" : $"{i}")))) with { MaxRejects = new(null, 2) };

        var failed = await scene.LoadAsync(job);
        var again = await scene.LoadAsync(job with { Resume = true });

        Assert.Equal((ExitCode.FileFailed, ExitCode.FileFailed), (failed.ExitCode, again.ExitCode));
    }

    [Fact]
    public async Task A_value_is_in_the_reject_and_not_in_its_message()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v int CHECK (v > 0))");

        await scene.LoadAsync(LoadScene.Append(scene.Write("c.csv", "id,v\ncanary,1\n7777777,-1\n")) with { MaxRejects = new(2, null) });

        Assert.Empty(await scene.Database.RowsAsync("SELECT message FROM ingest.rejects WHERE message ~ 'canary|7777777'"));
        Assert.Equal(2, await scene.Database.ScalarAsync<long>("SELECT count(*) FROM ingest.rejects WHERE raw ~ 'canary|7777777'"));
    }

    [Fact]
    public async Task The_encoding_of_the_file_is_undone()
    {
        await using var scene = await LoadScene.CreateAsync(postgres, "CREATE TABLE t (id int, v text)");
        var path = scene.WriteBytes("l.csv", Encoding.Latin1.GetBytes("id;v\n1;Müller\nx;Käse\n"));

        await scene.RejectedAsync(LoadScene.Append(path) with { MaxRejects = new(1, null), Csv = new() { Encoding = "windows-1252" } }, 1);

        Assert.Equal(["1|Müller"], await scene.RowsAsync());
        Assert.Equal(["2|3|22P02|x;Käse"], await scene.RejectsAsync());
    }
}
