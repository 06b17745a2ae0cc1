using System.Text;

namespace Ingest.Convert;

/// <summary>Turns a date pattern into its steps.</summary>
internal static class DatePatternCompiler
{
    // Microseconds are all that PostgreSQL keeps; .NET writes at most seven decimals, other systems nine.
    private const int MaxFraction = 9;

    /// <summary>Compiles <paramref name="pattern"/>.</summary>
    /// <exception cref="PlanException">A letter is not known, or a field comes twice.</exception>
    public static DatePatternStep[] Compile(string pattern)
    {
        var steps = new List<DatePatternStep>();
        var i = 0;
        while (i < pattern.Length)
        {
            var letter = pattern[i];
            var count = 1;
            while (i + count < pattern.Length && pattern[i + count] == letter) count++;
            if (char.IsAsciiLetter(letter))
            {
                var step = FieldStep(pattern, letter, count);
                if (steps.Exists(s => s.Field == step.Field)) throw ConvertMessages.BadDateFormat(pattern, $"'{letter}' repeats a field");
                steps.Add(step);
                i += count;
            }
            else
            {
                steps.Add(Literal(ReadLiteral(pattern, ref i)));
            }
        }

        MakePointOptional(steps);
        return [.. steps];
    }

    private static DatePatternStep FieldStep(string pattern, char letter, int count) => (letter, count) switch
    {
        ('y', 2) => Number(DatePatternField.Year, 2, 2),
        ('y', 4) => Number(DatePatternField.Year, 4, 4),
        ('M', 1 or 2) => Number(DatePatternField.Month, count, 2),
        ('M', 3) => Number(DatePatternField.Month, 3, 0),
        ('M', 4) => Number(DatePatternField.Month, 0, 0),
        ('d', 1 or 2) => Number(DatePatternField.Day, count, 2),
        ('H' or 'h', 1 or 2) => Number(DatePatternField.Hour, count, 2),
        ('m', 1 or 2) => Number(DatePatternField.Minute, count, 2),
        ('s', 1 or 2) => Number(DatePatternField.Second, count, 2),
        ('f', <= MaxFraction) => Number(DatePatternField.Micros, count, count),
        ('F', <= MaxFraction) => Number(DatePatternField.Micros, 0, count),
        ('t', 1 or 2) => Number(DatePatternField.Meridiem, count, count),
        ('z', <= 3) or ('K', 1) => Number(DatePatternField.Zone, 0, 0),
        _ => throw ConvertMessages.BadDateFormat(pattern, $"'{new string(letter, count)}' is not a known field"),
    };

    private static DatePatternStep Number(DatePatternField field, int min, int max) => new(field, min, max, []);

    private static DatePatternStep Literal(string text) => new(DatePatternField.Literal, 1, 0, Encoding.UTF8.GetBytes(text));

    private static string ReadLiteral(string pattern, ref int at)
    {
        var first = pattern[at++];
        if (first == '\\' && at < pattern.Length) return pattern[at++].ToString();
        if (first is not ('\'' or '"')) return first.ToString();
        var end = pattern.IndexOf(first, at);
        if (end < 0) throw ConvertMessages.BadDateFormat(pattern, "a quote is not closed");
        var text = pattern[at..end];
        at = end + 1;
        return text;
    }

    private static void MakePointOptional(List<DatePatternStep> steps)
    {
        var fraction = steps.FindIndex(s => s.Field == DatePatternField.Micros && s.MinDigits == 0);
        if (fraction > 0 && fraction == steps.Count - 1 && steps[fraction - 1].Field == DatePatternField.Literal)
            steps[fraction - 1] = steps[fraction - 1] with { MinDigits = 0 };
    }
}
