using Ingest.Cli.Commands;
using Ingest.Lanes;
using Ingest.Plan;

namespace Ingest.Cli.Tests;

public sealed class LoadOptionsTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("ingest-cli-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Without_options_the_job_has_the_librarys_defaults()
    {
        var job = Read("a.csv", "-t", "public.items");
        var expected = new LoadJob { Files = job.Files, Table = job.Table, Key = job.Key, Csv = job.Csv, Convert = job.Convert };
        Assert.Equal(expected, job);
        Assert.Equal(["a.csv"], job.Files);
        Assert.Empty(job.Key);
        Assert.Equal("public.items", job.Table.ToString());
        Assert.Equal(new(), job.Csv);
        Assert.Equal(new(), job.Convert);
    }

    // Each option changes exactly the property that it is about.
    public static TheoryData<string, Func<LoadJob, object?>, object?> Options => new()
    {
        { "--pk id,lang", j => string.Join('|', j.Key), "id|lang" },
        { "--primary-key id", j => string.Join('|', j.Key), "id" },
        { "-k id", j => string.Join('|', j.Key), "id" },
        { "--headers a,b,c", j => string.Join('|', j.Headers!), "a|b|c" },
        { "--file-type csv", j => j.FileType, FileType.Csv },
        { "--file-type parquet", j => j.FileType, FileType.Parquet },
        { "--mode upsert", j => j.Mode, LoadMode.Upsert },
        { "--mode append", j => j.Mode, LoadMode.Append },
        { "--mode insert-ignore", j => j.Mode, LoadMode.InsertIgnore },
        { "--mode REPLACE", j => j.Mode, LoadMode.Replace },
        { "--chunk-size 123", j => j.ChunkSize, 123 },
        { "-b 7", j => j.ChunkSize, 7 },
        { "--concurrency 3", j => j.Concurrency, 3 },
        { "-j 5", j => j.Concurrency, 5 },
        { "--workers 6", j => j.Concurrency, 6 },
        { "--resume", j => j.Resume, true },
        { "--restart", j => j.Restart, true },
        { "--force", j => j.Force, true },
        { "--dry-run", j => j.DryRun, true },
        { "-n", j => j.DryRun, true },
        { "--tolerant", j => j.Tolerant, true },
        { "--tolerant-mode empty", j => (j.Tolerant, j.TolerantMode), (true, TolerantMode.Empty) },
        { "--extra-columns ignore", j => j.ExtraColumns, ExtraColumns.Ignore },
        { "--create-table", j => j.CreateTable, true },
        { "--create-table --preserve-types", j => j.PreserveTypes, true },
        { "--max-retries 0", j => j.MaxRetries, 0 },
        { "--max-rejects 17", j => j.MaxRejects, new RejectLimit(17, null) },
        { "--max-rejects 0.5%", j => j.MaxRejects, new RejectLimit(null, 0.5m) },
        { "--on-duplicate first", j => j.OnDuplicate, OnDuplicate.First },
        { "--on-duplicate reject", j => j.OnDuplicate, OnDuplicate.Reject },
        { "--on-duplicate error", j => j.OnDuplicate, OnDuplicate.Error },
        { "--delimiter ;", j => j.Csv.Delimiter, ';' },
        { "--delimiter tab", j => j.Csv.Delimiter, '\t' },
        { "--delimiter \\t", j => j.Csv.Delimiter, '\t' },
        { "--delimiter comma", j => j.Csv.Delimiter, ',' },
        { "--delimiter semicolon", j => j.Csv.Delimiter, ';' },
        { "--delimiter pipe", j => j.Csv.Delimiter, '|' },
        { "--delimiter space", j => j.Csv.Delimiter, ' ' },
        { "--quote none", j => j.Csv.Quote, '\0' },
        { "--quote '", j => j.Csv.Quote, '\'' },
        { "--escape \\", j => j.Csv.Escape, '\\' },
        { "--escape none", j => j.Csv.Escape, null },
        { "--null NA", j => j.Csv.Null, "NA" },
        { "--null -", j => j.Csv.Null, "-" },
        { "--null=", j => j.Csv.Null, "" },
        { "--encoding windows-1252", j => j.Csv.Encoding, "windows-1252" },
        { "--no-header", j => j.Csv.NoHeader, true },
        { "--skip-lines 4", j => j.Csv.SkipLines, 4 },
        { "--comment #", j => j.Csv.Comment, '#' },
        { "--max-record-size 64MB", j => j.Csv.MaxRecordBytes, 64 << 20 },
        { "--max-record-size 2k", j => j.Csv.MaxRecordBytes, 2048 },
        { "--date-format dd.MM.yyyy", j => string.Join('|', j.Convert.DateFormats), "dd.MM.yyyy" },
        { "--date-format dd.MM.yyyy --analyze --date-format d/M/yy", j => string.Join('|', j.Convert.DateFormats), "dd.MM.yyyy|d/M/yy" },
        { "--decimal-comma", j => j.Convert.DecimalComma, true },
        { "--before-sql TRUNCATE", j => j.BeforeSql, "TRUNCATE" },
        { "--after-sql VACUUM", j => j.AfterSql, "VACUUM" },
        { "--analyze", j => j.Analyze, true },
        { "--manifest-schema audit", j => j.ManifestSchema, "audit" },
        { "--durable", j => j.Durable, true },
        { "--command-timeout 9", j => j.CommandTimeout, 9 },
        { "--lock-timeout 7", j => j.LockTimeout, 7 },
        { "--reconnect-window 8", j => j.ReconnectWindow, 8 },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void Every_option_reaches_the_job(string words, Func<LoadJob, object?> property, object? expected)
    {
        var job = Read(["a.csv", "--table", "t", .. words.Split(' ')]);
        Assert.Equal(expected, property(job));
        Assert.Equal(["a.csv"], job.Files);
        Assert.Equal("t", job.Table.ToString());
    }

    [Fact]
    public void Sql_after_an_at_sign_comes_from_the_file()
    {
        var file = Path.Combine(folder.FullName, "before.sql");
        File.WriteAllText(file, "SELECT 1;\nSELECT 2;");
        Assert.Equal("SELECT 1;\nSELECT 2;", Read("a.csv", "-t", "t", "--before-sql", "@" + file).BeforeSql);
        Assert.Contains("--after-sql", Fails("a.csv", "-t", "t", "--after-sql", "@" + file + ".missing"));
    }

    [Theory]
    [InlineData("", "--before-sql has no SQL: check the variable")]
    [InlineData("  ", "--before-sql has no SQL")]
    [InlineData("@", "--before-sql: a file name is empty")]
    [InlineData("@empty.sql", "empty.sql' has no SQL")]
    [InlineData("@blank.sql", "blank.sql' has no SQL")]
    [InlineData("@none.sql", "it does not exist")]
    public void Sql_that_is_empty_is_a_usage_error(string text, string expected)
    {
        File.WriteAllText(Path.Combine(folder.FullName, "empty.sql"), "");
        File.WriteAllText(Path.Combine(folder.FullName, "blank.sql"), " \n\n");
        if (text.Length > 1 && text[0] == '@') text = "@" + Path.Combine(folder.FullName, text[1..]);
        Assert.Contains(expected, Fails("a.csv", "-t", "t", "--before-sql", text));
        Assert.Contains(expected.Replace("--before", "--after"), Fails("a.csv", "-t", "t", "--after-sql", text));
    }

    [Fact]
    public void Standard_input_files_after_dashes_and_many_files_are_files() =>
        Assert.Equal(["-", "b*.csv", "--odd name"], Read("-", "-t", "t", "b*.csv", "--", "--odd name").Files);

    [Theory]
    [InlineData("a.csv", "--table schema.table")]
    [InlineData("-t t", "no files")]
    [InlineData("a.csv -t t --tabel x", "did you mean --table?")]
    [InlineData("a.csv -t t --mode foo", "give upsert, append, insert-ignore or replace")]
    [InlineData("a.csv -t t -t u", "--table is given more than once")]
    [InlineData("a.csv -t t --table", "--table is given more than once")]
    [InlineData("a.csv --table --pk id", "--table needs a value, but the option --pk follows")]
    [InlineData("a.csv --table --output json", "--table needs a value, but the option --output follows")]
    [InlineData("a.csv -t t --otput json", "did you mean --output?")]
    [InlineData("a.csv -t t --pk", "--pk needs a value")]
    [InlineData("a.csv -t t --date-format d/M/yy --date-format", "--date-format needs a value")]
    [InlineData("a.csv -t t --date-format d/M/yy --date-format --analyze", "--date-format needs a value, but the option --analyze follows")]
    [InlineData("a.csv -t t --pk a,,b", "--pk has an empty name")]
    [InlineData("a.csv -t t --headers a,", "--headers has an empty name")]
    [InlineData("a.csv -t t --concurrency 0", "from 1 to 64")]
    [InlineData("a.csv -t t --concurrency two", "from 1 to 64")]
    [InlineData("a.csv -t t --chunk-size -5", "from 1 to 10000000")]
    [InlineData("a.csv -t t --max-record-size big", "as in 16MB")]
    [InlineData("a.csv -t t --max-record-size 4GB", "as in 16MB")]
    [InlineData("a.csv -t t --max-rejects 5%%", "give N (100) or P% (0.5%)")]
    [InlineData("a.csv -t t --max-rejects 101%", "give N (100) or P% (0.5%)")]
    [InlineData("a.csv -t t --delimiter ab", "one ASCII character")]
    [InlineData("a.csv -t t --quote é", "one ASCII character")]
    [InlineData("a.csv -t a.b.c", "3 parts")]
    [InlineData("a.csv -t a;b", "'a;b'")]
    [InlineData("a.csv -t t --sandbox --dsn host=h", "--sandbox")]
    public void A_wrong_option_is_an_error_that_says_what_to_do(string words, string expected) =>
        Assert.Contains(expected, Fails(words.Split(' ')));

    [Fact]
    public void A_name_after_two_dashes_is_a_file_whatever_it_looks_like() =>
        Assert.Equal(["--a="], Read("-t", "t", "--null=", "--", "--a=").Files);

    private static string Fails(params string[] words)
    {
        var error = Assert.Throws<PlanException>(() => Read(words));
        Assert.Equal(ExitCode.BadPlan, error.ExitCode);
        Assert.DoesNotContain('\n', error.Message);
        return error.Message;
    }

    private static LoadJob Read(params string[] words)
    {
        var arguments = CommandLine.Parse(new IngestCommand(), ["load", .. words]);
        UsageCheck.Check(arguments);
        return Assert.IsType<LoadCommand>(arguments.CommandResult.Command).ReadJob(arguments);
    }
}
