namespace Ingest.Lanes;

/// <summary>What happens when a key occurs again within one file.</summary>
public enum OnDuplicate
{
    /// <summary>The later record wins.</summary>
    Last,

    /// <summary>The first record wins.</summary>
    First,

    /// <summary>The first record stands, the later ones are rejects.</summary>
    Reject,

    /// <summary>The file fails.</summary>
    Error,
}
