namespace Ingest.Parquet.Schema;

/// <summary>The unit of a time or a timestamp.</summary>
public enum TimeUnit
{
    /// <summary>Not a time.</summary>
    None = 0,

    /// <summary>Milliseconds.</summary>
    Millis = 1,

    /// <summary>Microseconds.</summary>
    Micros = 2,

    /// <summary>Nanoseconds.</summary>
    Nanos = 3,
}
