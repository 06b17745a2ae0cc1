using Ingest.Manifest.Queries;

namespace Ingest.Tests.Manifest;

public sealed class RejectReplayTests : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Theory]
    [InlineData("id,name,_reject_id,_reject_code\n1,\"a\nb\",17,x\n2,c,18,y\n\n", ',')]
    [InlineData("\ufeffid;name;_reject_id;_reject_code\r\n1;\"a;b\";17;x\r\n2;c;18;y", ';')]
    [InlineData("_reject_id\tid\n17\t1\n18\t2\n17\t3\n", '\t')]
    [InlineData("id,\"first\nname\",_reject_id\n1,a,17\n2,b,18\n", ',')]
    public void The_ids_are_found_whatever_separator_a_spreadsheet_put(string content, char delimiter)
    {
        File.WriteAllText(file, content);
        var replay = RejectReplay.Open(file);
        Assert.Equal([17, 18], replay.Ids.Order());
        Assert.Equal(delimiter, replay.Delimiter);
    }

    [Theory]
    [InlineData("", "_reject_id")]
    [InlineData("id,name\n1,a\n", "_reject_id")]
    [InlineData("id,_reject_id\n1,17\n2,\n", "record 2")]
    [InlineData("id,_reject_id\n1\n", "record 1")]
    [InlineData("id,_reject_id,_reject_record\n1,17,3\n2,x,18,4\n", "record 2")]
    [InlineData("id,_reject_id\n1,17\n\"2,18\n", "record 2")]
    public void A_file_that_does_not_say_which_rejects_it_corrects_is_refused(string content, string expected)
    {
        File.WriteAllText(file, content);
        Assert.Contains(expected, Assert.Throws<PlanException>(() => RejectReplay.Open(file)).Message);
    }

    [Fact]
    public void What_is_no_file_is_an_error_of_the_plan_that_says_why()
    {
        Assert.Contains("it does not exist", Assert.Throws<PlanException>(() => RejectReplay.Open(file + ".missing")).Message);
        Assert.Contains("it is a directory", Assert.Throws<PlanException>(() => RejectReplay.Open(Path.GetTempPath())).Message);
        Assert.Contains("standard input", Assert.Throws<PlanException>(() => RejectReplay.Open("-")).Message);
    }

    [SkippableFact]
    public async Task A_pipe_is_refused_since_it_cannot_be_read_twice()
    {
        Skip.If(OperatingSystem.IsWindows(), "mkfifo is Unix's");
        File.Delete(file);
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", [file])) await mkfifo.WaitForExitAsync();
        // Opening either end waits for the other.
        var writing = Task.Run(() => new FileStream(file, FileMode.Open, FileAccess.Write).Dispose());

        Assert.Contains("is a pipe", Assert.Throws<PlanException>(() => RejectReplay.Open(file)).Message);
        await writing;
    }
}
