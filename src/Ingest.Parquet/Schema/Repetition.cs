namespace Ingest.Parquet.Schema;

/// <summary>How often a field occurs in its parent (parquet.thrift, <c>FieldRepetitionType</c>).</summary>
public enum Repetition
{
    /// <summary>Exactly once.</summary>
    Required = 0,

    /// <summary>Once or not at all.</summary>
    Optional = 1,

    /// <summary>Any number of times.</summary>
    Repeated = 2,
}
