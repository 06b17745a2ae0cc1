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
        if (row.Length == start) Append(text, row);
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
                    Append("}"u8, row);
                    isFirst = false;
                    continue;
                }
                if (!isFirst) Append(","u8, row);
                isFirst = json.TokenType == JsonTokenType.StartArray;
                if (isFirst) Append("{"u8, row);
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
                Append("NULL"u8, row);
                break;
            case JsonTokenType.String:
                var value = new byte[json.ValueSpan.Length];
                WriteQuoted(value.AsSpan(0, json.CopyString(value)), row);
                break;
            case JsonTokenType.StartObject:
                var from = (int)json.TokenStartIndex;
                json.Skip();
                WriteQuoted(text[from..(int)json.BytesConsumed], row);
                break;
            default:
                WriteQuoted(json.ValueSpan, row);
                break;
        }
    }

    private static void WriteQuoted(ReadOnlySpan<byte> element, RowBuffer row)
    {
        Append("\""u8, row);
        while (element.IndexOfAny((byte)'"', (byte)'\\') is >= 0 and var special)
        {
            Append(element[..special], row);
            Append("\\"u8, row);
            Append(element.Slice(special, 1), row);
            element = element[(special + 1)..];
        }
        Append(element, row);
        Append("\""u8, row);
    }

    private static void Append(ReadOnlySpan<byte> bytes, RowBuffer row)
    {
        bytes.CopyTo(row.Reserve(bytes.Length));
        row.Advance(bytes.Length);
    }
}
