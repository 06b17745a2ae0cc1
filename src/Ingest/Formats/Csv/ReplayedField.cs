using System.Buffers.Text;
using Ingest.Manifest;

namespace Ingest.Formats.Csv;

/// <summary>The field of a replayed record that names the reject which the record corrects.</summary>
/// <param name="Field">Its index.</param>
/// <param name="Replay">What is known of the rejects.</param>
internal sealed record ReplayedField(int Field, Replay Replay)
{
    /// <summary>Reads the field; spreadsheets may put quotes around it.</summary>
    public static bool TryRead(ReadOnlySpan<byte> value, out long reject)
    {
        if (value is [(byte)'"', .., (byte)'"']) value = value[1..^1];
        return Utf8Parser.TryParse(value, out reject, out var read) && read == value.Length;
    }
}
