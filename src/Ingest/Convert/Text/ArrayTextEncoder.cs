using System.Text.Json;

namespace Ingest.Convert;

/// <summary>
/// Arrays, staged as text that the server casts. PostgreSQL's own form goes through as it is; a JSON array, which no array
/// type reads, is written in that form: every element quoted (array_in, arrayfuncs.c).
/// </summary>
internal sealed class ArrayTextEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var start = row.BeginField();
        if (text.StartsWith("["u8) && !TryWrite(text, row)) row.Length = start;
        if (row.Length == start) QuotedText.Append(text, row);
        row.EndField(start);
        return ConversionFailure.None;
    }

    /// <summary>False for what is no JSON array, such as <c>[2:3]={1,2}</c>.</summary>
    private static bool TryWrite(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var json = new Utf8JsonReader(text);
        try
        {
            var isFirst = true;
            while (json.Read())
            {
                if (json.TokenType == JsonTokenType.EndArray)
                {
                    QuotedText.Append("}"u8, row);
                    isFirst = false;
                    continue;
                }
                if (!isFirst) QuotedText.Append(","u8, row);
                isFirst = json.TokenType == JsonTokenType.StartArray;
                if (isFirst) QuotedText.Append("{"u8, row);
                else WriteElement(ref json, text, row);
            }
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The latter is half of a surrogate pair in a string.
            return false;
        }
    }

    private static void WriteElement(ref Utf8JsonReader json, ReadOnlySpan<byte> text, RowBuffer row)
    {
        switch (json.TokenType)
        {
            case JsonTokenType.Null:
                QuotedText.Append("NULL"u8, row);
                break;
            case JsonTokenType.String:
                var value = new byte[json.ValueSpan.Length];
                QuotedText.AppendQuoted(value.AsSpan(0, json.CopyString(value)), row);
                break;
            case JsonTokenType.StartObject:
                var from = (int)json.TokenStartIndex;
                json.Skip();
                QuotedText.AppendQuoted(text[from..(int)json.BytesConsumed], row);
                break;
            default:
                QuotedText.AppendQuoted(json.ValueSpan, row);
                break;
        }
    }
}
