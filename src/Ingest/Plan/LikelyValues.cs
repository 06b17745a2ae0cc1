using Ingest.Formats.Csv;

namespace Ingest.Plan;

/// <summary>How a file's values seem to be written, beyond what the user said of them. A load goes by what was said alone.</summary>
/// <param name="Said">The types of the columns, read as the user said.</param>
/// <param name="Types">Their types with <paramref name="Options"/>.</param>
/// <param name="Options">The options that would make numbers and dates of texts.</param>
/// <param name="Notices">What the user may want to know, one line each.</param>
internal sealed record LikelyValues(SampledTypes Said, SampledTypes Types, IReadOnlyList<string> Options, IReadOnlyList<string> Notices)
{
    private static readonly string[] Fractions = ["numeric", "double precision"];

    /// <summary>Looks at the values of the probe's sample.</summary>
    public static LikelyValues Of(CsvProbe probe, IReadOnlyList<string> names, LoadJob job)
    {
        var said = Sample(job);
        var dates = DateFormatChoice.Of(names, said.DateFormats);
        var types = said;
        if (dates.Formats.Count > 0)
        {
            job = job with { Convert = job.Convert with { DateFormats = dates.Formats } };
            types = Sample(job);
        }

        var withComma = job.Convert.DecimalComma ? types : Sample(job with { Convert = job.Convert with { DecimalComma = true } });
        string[] numbers = [.. names.Where((_, i) => types.Types[i] == "text" && Fractions.Contains(withComma.Types[i]))];
        // A decimal point anywhere tells against it: 1.234 would be another number.
        var hasComma = numbers.Length > 0 && !types.Types.Intersect(Fractions).Any();
        return new(
            said,
            hasComma ? withComma : types,
            [.. dates.Formats.SelectMany(format => (string[])["--date-format", format]), .. (string[])(hasComma ? ["--decimal-comma"] : [])],
            [.. dates.Notices, .. (string[])(hasComma ? [$"numbers in {string.Join(", ", numbers)} with a decimal comma, which --decimal-comma reads"] : [])]);

        SampledTypes Sample(LoadJob with) => SampledTypes.Of(probe, names.Count, with);
    }
}
