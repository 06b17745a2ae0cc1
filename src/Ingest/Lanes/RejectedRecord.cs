namespace Ingest.Lanes;

/// <summary>A record that did not convert.</summary>
/// <param name="Ordinal">The record's place in its block, from 0.</param>
/// <param name="RawStart">Where the record starts in its block.</param>
/// <param name="RawLength">The length of the raw record.</param>
/// <param name="Column">The column at fault, or null.</param>
/// <param name="Code">The SQLSTATE, or an own code.</param>
/// <param name="Message">The reason, for the operator; may quote the value.</param>
internal sealed record RejectedRecord(int Ordinal, int RawStart, int RawLength, string? Column, string Code, string Message)
{
    /// <summary>Whether it is no reject but a record of a replay that stays as it is.</summary>
    public bool IsLeftOut { get; private init; }

    /// <summary>A record that is passed over.</summary>
    public static RejectedRecord LeftOut(int ordinal, int rawStart, int rawLength) => new(ordinal, rawStart, rawLength, null, "", "") { IsLeftOut = true };
}
