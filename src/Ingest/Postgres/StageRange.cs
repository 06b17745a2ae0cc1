using Npgsql;
using NpgsqlTypes;

namespace Ingest.Postgres;

/// <summary>Staged rows in record order, by their places in the stage.</summary>
/// <param name="From">The ctid of the first.</param>
/// <param name="To">The ctid after the last.</param>
internal readonly record struct StageRange(string From, string To)
{
    /// <summary>All rows: no page is as high as the end.</summary>
    public static readonly StageRange All = new("(0,0)", "(4294967295,0)");

    /// <summary>The ctids of the rows where they do not lie one behind the other, else null.</summary>
    private string[]? Places { get; init; }

    /// <summary>Single rows, by their ctids.</summary>
    public static StageRange Of(string[] places) => new(places[0], places[^1]) { Places = places };

    /// <summary>The parameters of statements with <see cref="Condition"/>.</summary>
    public object?[] Values => this == All ? [] : Places is not null ? [Places] : [Tid(From), Tid(To)];

    /// <summary>The condition on rows of the stage, or nothing when it holds for all; statements for other ranges are the same, to be planned once.</summary>
    /// <param name="before">The word before it.</param>
    /// <param name="stage">The stage's name in the statement.</param>
    public string Condition(string before, string stage) =>
        this == All ? ""
        : Places is not null ? $" {before} {stage}.ctid = ANY ($1::text[]::tid[])"
        : $" {before} {stage}.ctid >= $1::tid AND {stage}.ctid < $2::tid";

    private static NpgsqlParameter Tid(string text) => new() { Value = text, NpgsqlDbType = NpgsqlDbType.Unknown };
}
