using Ingest.Convert;

namespace Ingest.Formats.Csv;

/// <summary>What the sampled values of a column allow to say of its type.</summary>
/// <param name="SqlType">The narrowest type that holds every sampled value unchanged, as SQL writes it.</param>
/// <param name="Nullable">Whether a sampled value was NULL.</param>
/// <param name="Observed">The values that were seen, NULLs included.</param>
/// <param name="Nulls">The NULLs among them.</param>
internal sealed record InferredColumn(string SqlType, bool Nullable, long Observed, long Nulls)
{
    /// <summary>The patterns that would make dates of all values of a column of texts; none where the user has named some.</summary>
    public IReadOnlyList<DateFormat> DateFormats { get; init; } = [];
}

/// <summary>
/// Infers the types of columns from sampled values. It is conservative: a type is chosen only when every value seen is
/// one of its values and comes back from it unchanged, so <c>007</c>, mixed columns and columns without values are text.
/// </summary>
/// <param name="columns">The number of columns.</param>
/// <param name="options">How values are written.</param>
internal sealed class TypeInference(int columns, ConvertOptions options)
{
    // A sample shows small numbers first: a sequence that began at 1 goes on. Twenty-fold headroom below 2^31.
    private const long IntegerHeadroom = 100_000_000;

    private readonly ColumnShape[] shapes = [.. Enumerable.Range(0, columns).Select(_ => new ColumnShape())];
    private readonly ValueGrammar grammar = new(options);

    /// <summary>The records that were seen; counted by the caller with <see cref="EndRecord"/>.</summary>
    public long Sampled { get; private set; }

    /// <summary>Takes note of one value.</summary>
    /// <param name="column">The 0-based column; fields beyond the last column are ignored.</param>
    /// <param name="value">The value in UTF-8, unquoted.</param>
    /// <param name="isNull">Whether it stands for NULL.</param>
    public void Observe(int column, ReadOnlySpan<byte> value, bool isNull)
    {
        if (column >= shapes.Length) return;
        var shape = shapes[column];
        shape.Observed++;
        if (isNull)
        {
            shape.Nulls++;
            return;
        }
        if (shape.Possible != ValueKinds.None) grammar.Narrow(shape, value);
        if (options.DateFormats.Count == 0) shape.Dates.Observe(value);
    }

    /// <summary>Counts a record.</summary>
    public void EndRecord() => Sampled++;

    /// <summary>The types of the columns, as far as they were seen.</summary>
    public InferredColumn[] Infer() =>
        [.. shapes.Select(Infer)];

    private static InferredColumn Infer(ColumnShape shape)
    {
        var column = new InferredColumn(SqlType(shape), shape.Nulls > 0, shape.Observed, shape.Nulls);
        return column.SqlType == "text" ? column with { DateFormats = shape.Dates.Formats } : column;
    }

    private static string SqlType(ColumnShape shape)
    {
        var kinds = shape.Possible;
        if (shape.Observed == shape.Nulls) return "text";
        if (kinds.HasFlag(ValueKinds.Integer)) return shape.Largest <= IntegerHeadroom ? "integer" : "bigint";
        // NaN alone may be a word; with a number beside it, it is one.
        if (kinds.HasFlag(ValueKinds.Number) && shape.SawNumber)
            return shape.SawExponent && kinds.HasFlag(ValueKinds.Double) ? "double precision" : "numeric";
        if (kinds.HasFlag(ValueKinds.Boolean) && BooleanWords.AreConclusive(shape.Words)) return "boolean";
        if (kinds.HasFlag(ValueKinds.Date)) return "date";
        if (kinds.HasFlag(ValueKinds.Timestamp)) return "timestamp";
        if (kinds.HasFlag(ValueKinds.TimestampTz)) return "timestamptz";
        if (kinds.HasFlag(ValueKinds.Uuid)) return "uuid";
        return kinds.HasFlag(ValueKinds.Json) ? "jsonb" : "text";
    }
}
