using System.Text;
using Ingest.Buffers;
using Ingest.Formats.Csv;

namespace Ingest.Plan;

/// <summary>Column types inferred from the front of a file.</summary>
/// <param name="Types">The types, as SQL writes them, in the file's column order.</param>
/// <param name="Sampled">The number of records looked at.</param>
/// <param name="DateFormats">For each column the patterns that would make dates of its texts.</param>
internal sealed record SampledTypes(string[] Types, long Sampled, IReadOnlyList<DateFormat>[] DateFormats)
{
    /// <summary>Infers the types from the probe's sample; its last, cut record is left out.</summary>
    public static SampledTypes Of(CsvProbe probe, int columns, LoadJob job)
    {
        var from = job.Csv.NoHeader ? probe.Detected.ContentOffset : probe.FirstRecordEnd;
        var content = probe.Sample[from..];
        var chunk = ChunkPool.Rent(content.Length + CsvBlock.Padding);
        content.CopyTo(chunk.Span);
        var block = new CsvBlock(chunk, content.Length);
        try
        {
            return Observe(block, probe, columns, job);
        }
        finally
        {
            block.Release();
        }
    }

    private static SampledTypes Observe(CsvBlock block, CsvProbe probe, int columns, LoadJob job)
    {
        var inference = new TypeInference(columns, job.Convert);
        var nullText = Encoding.UTF8.GetBytes(job.Csv.Null ?? "");
        using var tokenizer = new CsvTokenizer(probe.Dialect) { KeepBlankLines = columns == 1 };
        tokenizer.Begin(block);
        while (tokenizer.MoveNext())
        {
            if (tokenizer.Next == block.Length && !probe.IsWhole) break;
            for (var i = 0; i < Math.Min(columns, tokenizer.FieldCount); i++)
            {
                var field = tokenizer.Field(i);
                var value = block.Content.Slice(field.Start, field.Length);
                inference.Observe(i, value, !field.IsQuoted && (value.IsEmpty || value.SequenceEqual(nullText)));
            }
            inference.EndRecord();
        }
        var inferred = inference.Infer();
        return new([.. inferred.Select(c => c.SqlType)], inference.Sampled, [.. inferred.Select(c => c.DateFormats)]);
    }
}
