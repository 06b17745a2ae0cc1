namespace Ingest.Benchmarks.Race;

/// <summary>
/// A workload's rows in a table that no contender has touched: what the target must hold after a work, and what the
/// floor sends.
/// </summary>
/// <param name="server">Where the table is.</param>
/// <param name="inputs">Where the rows come from.</param>
/// <param name="folder">Where files in COPY's binary format go.</param>
internal sealed class ReferenceRows(RaceServer server, InputFiles inputs, string folder)
{
    private const string Table = "race_reference";

    private readonly Dictionary<(Workload, int), string> digests = [];
    private readonly Dictionary<(Workload, int), string[]> halves = [];
    private (Workload, int)? filled;

    /// <summary>The digest of the rows.</summary>
    public async Task<string> DigestAsync(Workload workload, int changedPercent, CancellationToken cancellationToken)
    {
        if (digests.TryGetValue((workload, changedPercent), out var digest)) return digest;
        await FillAsync(workload, changedPercent, cancellationToken);
        return digests[(workload, changedPercent)] = await server.DigestAsync(Table, cancellationToken);
    }

    /// <summary>The rows in COPY's binary format in two files, made when first asked for.</summary>
    public async Task<string[]> HalvesAsync(Workload workload, int changedPercent, CancellationToken cancellationToken)
    {
        if (halves.TryGetValue((workload, changedPercent), out var files)) return files;
        await FillAsync(workload, changedPercent, cancellationToken);
        // The table was filled in order, so that the lower half of its pages has the first half of the rows.
        var middle = await server.AskAsync($"SELECT pg_relation_size('{Table}') / current_setting('block_size')::int / 2", cancellationToken);
        files = [PathOf(1), PathOf(2)];
        await server.ExportAsync($"SELECT * FROM {Table} WHERE ctid < '({middle},0)'", files[0], cancellationToken);
        await server.ExportAsync($"SELECT * FROM {Table} WHERE ctid >= '({middle},0)'", files[1], cancellationToken);
        return halves[(workload, changedPercent)] = files;

        string PathOf(int half) => Path.Combine(folder, $"{workload.Name}-{changedPercent}-{half}.bin");
    }

    /// <summary>Drops the table and deletes the files.</summary>
    public async Task ForgetAsync(CancellationToken cancellationToken)
    {
        foreach (var file in halves.Values.SelectMany(files => files)) File.Delete(file);
        halves.Clear();
        digests.Clear();
        filled = null;
        await server.ExecuteAsync([$"DROP TABLE IF EXISTS {Table}"], cancellationToken);
    }

    private async Task FillAsync(Workload workload, int changedPercent, CancellationToken cancellationToken)
    {
        if (filled == (workload, changedPercent)) return;
        await server.ExecuteAsync([$"DROP TABLE IF EXISTS {Table}", workload.Dataset.TableDdl(Table), $"ALTER TABLE {Table} SET UNLOGGED"], cancellationToken);
        await server.FillAsync(Table, inputs.Whole(workload, changedPercent), cancellationToken);
        filled = (workload, changedPercent);
    }
}
