using Ingest.Parquet.Schema;

namespace Ingest.Formats.Parquet;

/// <summary>A field that is read, and how a raw record has it.</summary>
/// <param name="Shape">The field.</param>
/// <param name="Name">Its name.</param>
/// <param name="TakesBytes">Whether <c>\x…</c> is what its column makes of bytes without an annotation, which are not text there.</param>
internal sealed record ReadField(ValueShape Shape, string Name, bool TakesBytes);
