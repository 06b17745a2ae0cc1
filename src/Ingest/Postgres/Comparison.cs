namespace Ingest.Postgres;

/// <summary>How two values of a type are told apart, to the byte.</summary>
internal enum Comparison
{
    /// <summary>By their images: what every type can do, at the price of forming a row of each.</summary>
    Image,

    /// <summary>By the type's own equality: equal values have equal bytes.</summary>
    Equality,

    /// <summary>As texts under the collation of bytes.</summary>
    Text,

    /// <summary>By equality, and zeros by their sign.</summary>
    Float,

    /// <summary>By equality and scale.</summary>
    Numeric,
}
