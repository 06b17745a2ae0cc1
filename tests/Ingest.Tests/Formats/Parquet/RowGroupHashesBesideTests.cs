using Ingest.Formats.Parquet;
using Ingest.Parquet;
using Ingest.Parquet.Sources;
using Ingest.Sources;

namespace Ingest.Tests.Formats.Parquet;

/// <summary>Whoever waits for a hash is told whatever ended the hashing.</summary>
public sealed class RowGroupHashesBesideTests
{
    [Fact]
    public async Task A_failure_of_any_kind_reaches_who_waits_for_a_hash()
    {
        using var file = ParquetFile.Open(new MemoryByteSource("beside", ParquetRows.File([(1, "a"), (2, "b")], [1])));

        // It has no path, which nobody should have asked for: no failure that reading a file can have.
        using var hashes = new RowGroupHashesBeside(new RowGroupHashes(new SourceFile("beside", null), file.Metadata, []), groups: 2);

        var last = Task.Run(() => hashes.At(1, default)).WaitAsync(TimeSpan.FromSeconds(30));
        await Assert.ThrowsAsync<ArgumentNullException>(() => last);
        Assert.Throws<ArgumentNullException>(() => hashes.Whole(default));
    }
}
