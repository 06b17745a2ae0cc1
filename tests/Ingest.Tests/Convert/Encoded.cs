using System.Text;
using Ingest.Convert;

namespace Ingest.Tests.Convert;

/// <summary>Runs an encoder on one text, away from any server.</summary>
internal static class Encoded
{
    public static readonly ConvertOptions Plain = new();

    /// <summary>The payload, without its length word.</summary>
    public static byte[] Payload(FieldEncoder encoder, string text)
    {
        using var row = new RowBuffer(64);
        var failure = encoder.Encode(Encoding.UTF8.GetBytes(text), row);
        Assert.True(failure == ConversionFailure.None, $"'{text}': {failure}");
        return row.Written[4..].ToArray();
    }

    public static ConversionFailure Failure(FieldEncoder encoder, string text)
    {
        using var row = new RowBuffer(64);
        return encoder.Encode(Encoding.UTF8.GetBytes(text), row);
    }

    public static FieldEncoder For(uint oid, int modifier = -1, ConvertOptions? options = null) =>
        EncoderCatalog.Find(new PgType(oid, "pg_catalog", "", 'b', modifier, "a type"), options ?? Plain)!;
}
