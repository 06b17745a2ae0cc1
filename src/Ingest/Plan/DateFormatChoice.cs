using Ingest.Convert;
using Ingest.Formats.Csv;

namespace Ingest.Plan;

/// <summary>The <c>--date-format</c> options that a file's columns ask for, as far as their values tell.</summary>
/// <param name="Formats">The patterns to give; none where they would contradict each other.</param>
/// <param name="Notices">What the user may want to know, one line each.</param>
internal sealed record DateFormatChoice(IReadOnlyList<string> Formats, IReadOnlyList<string> Notices)
{
    /// <summary>Chooses among the patterns that fit each column.</summary>
    /// <param name="names">The columns.</param>
    /// <param name="guesses">For each of them the patterns that all its values are in; none for one that is no date.</param>
    public static DateFormatChoice Of(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<DateFormat>> guesses)
    {
        var columns = names.Zip(guesses, (name, fits) => new Column(name, fits)).Where(column => column.Fits.Count > 0).ToList();
        // Where every day is below 13, another column may still tell the order: a file has one.
        var orders = columns.Where(column => !column.IsOpen).Select(column => column.Fits[0].Order).ToHashSet();
        var chosen = columns.Where(column => column.Told(orders) is not null).Select(column => (column.Name, Format: column.Told(orders)!.Text)).ToList();
        var notices = columns.Where(column => column.Told(orders) is null)
            .GroupBy(column => $"{column.Fits[0].Text} or {column.Other!.Text}", column => column.Name,
                (forms, of) => $"dates in {string.Join(", ", of)}, written {forms}: give --date-format with the right one").ToList();

        var formats = chosen.DistinctBy(c => c.Format).ToList();
        foreach (var (name, format) in formats)
        {
            var other = formats.Find(f => DatePatterns.AreAtOdds(f.Format, format));
            if (other.Name is null) continue;
            notices.Add($"dates in {name} as {format} and in {other.Name} as {other.Format}, which one load cannot tell apart: they stay text");
            return new([], notices);
        }
        notices.AddRange(chosen.GroupBy(c => c.Format, c => c.Name, (format, of) => $"dates in {string.Join(", ", of)}, which --date-format '{format}' reads"));
        return new([.. formats.Select(f => f.Format)], notices);
    }

    private sealed record Column(string Name, IReadOnlyList<DateFormat> Fits)
    {
        /// <summary>A pattern that fits as well, with other dates; or null.</summary>
        public DateFormat? Other { get; } = Fits.FirstOrDefault(fit => DatePatterns.AreAtOdds(Fits[0].Text, fit.Text));

        /// <summary>Whether the values alone do not tell.</summary>
        public bool IsOpen => Other is not null;

        /// <summary>The pattern that the values tell, or with them the orders of the other columns; else null.</summary>
        public DateFormat? Told(HashSet<string> orders)
        {
            if (!IsOpen) return Fits[0];
            var known = Fits.Where(fit => orders.Contains(fit.Order)).ToList();
            return known.Select(fit => fit.Order).Distinct().Count() == 1 ? known[0] : null;
        }
    }
}
