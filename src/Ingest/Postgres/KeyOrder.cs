namespace Ingest.Postgres;

/// <summary>The order in which files bring keys of a type, compared with the order of the key's index.</summary>
internal enum KeyOrder
{
    /// <summary>Mostly the same: numbers and dates.</summary>
    Ascending,

    /// <summary>Any: UUIDs.</summary>
    Scattered,

    /// <summary>Any, and texts, which are sorted by their bytes: cheap under any collation, and near enough to its order.</summary>
    ScatteredTexts,
}
