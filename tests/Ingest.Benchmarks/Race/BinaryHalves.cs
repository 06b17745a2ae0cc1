namespace Ingest.Benchmarks.Race;

/// <summary>A workload's rows in COPY's binary format, in two files: what the floor sends.</summary>
/// <param name="server">It encodes them.</param>
/// <param name="inputs">Where the rows come from.</param>
/// <param name="folder">Where the files go.</param>
internal sealed class BinaryHalves(RaceServer server, InputFiles inputs, string folder)
{
    private const string Table = "race_encoding";

    private readonly Dictionary<(Workload, int), string[]> made = [];

    /// <summary>The two files, made when first asked for.</summary>
    public async Task<string[]> GetAsync(Workload workload, int changedPercent, CancellationToken cancellationToken)
    {
        if (made.TryGetValue((workload, changedPercent), out var files)) return files;
        Progress.Say($"{workload.Name}: encoding rows for the floor");
        await server.ExecuteAsync([$"DROP TABLE IF EXISTS {Table}", workload.Dataset.TableDdl(Table), $"ALTER TABLE {Table} SET UNLOGGED"], cancellationToken);
        await server.FillAsync(Table, inputs.Whole(workload, changedPercent), cancellationToken);
        // The table was filled in order, so that the lower half of its pages has the first half of the rows.
        var middle = await server.AskAsync($"SELECT pg_relation_size('{Table}') / current_setting('block_size')::int / 2", cancellationToken);
        files = [PathOf(1), PathOf(2)];
        await server.ExportAsync($"SELECT * FROM {Table} WHERE ctid < '({middle},0)'", files[0], cancellationToken);
        await server.ExportAsync($"SELECT * FROM {Table} WHERE ctid >= '({middle},0)'", files[1], cancellationToken);
        await server.ExecuteAsync([$"DROP TABLE {Table}"], cancellationToken);
        return made[(workload, changedPercent)] = files;

        string PathOf(int half) => Path.Combine(folder, $"{workload.Name}-{changedPercent}-{half}.bin");
    }

    /// <summary>Deletes the files.</summary>
    public void Forget()
    {
        foreach (var file in made.Values.SelectMany(files => files)) File.Delete(file);
        made.Clear();
    }
}
