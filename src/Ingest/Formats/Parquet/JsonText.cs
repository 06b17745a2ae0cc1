using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ingest.Convert;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;

namespace Ingest.Formats.Parquet;

/// <summary>
/// Writes nested values as JSON. Numbers keep their digits; NaN, infinities, dates, times and bytes are strings, as
/// PostgreSQL's to_jsonb has them. A map is an object named by its keys; one whose keys are not single values is an array
/// of objects with <c>key</c> and <c>value</c>.
/// </summary>
internal sealed class JsonText : IValueVisitor, IDisposable
{
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly Utf8JsonWriter json;
    private readonly RowBuffer scratch = new(64);
    private readonly Stack<(bool IsByName, bool HasEntries)> maps = new();
    private bool isName;
    private bool isText = true;
    private bool isNull;
    private int parts;

    /// <summary>A writer for one thread.</summary>
    public JsonText() =>
        json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>The fields of a row as one object; bytes that are no text are replaced by U+FFFD.</summary>
    public byte[] Row(RowSlice slice, IReadOnlyList<ValueShape> fields, int row)
    {
        Clear();
        json.WriteStartObject();
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            Read(new NestedReader(slice, field), row);
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value of a row, valid until the next one.</summary>
    /// <param name="reader">The field.</param>
    /// <param name="row">The row.</param>
    /// <param name="isNullValue">Whether the value as a whole is null.</param>
    /// <param name="isValidText">Whether every string in it is UTF-8.</param>
    public ReadOnlySpan<byte> Value(NestedReader reader, int row, out bool isNullValue, out bool isValidText)
    {
        Clear();
        Read(reader, row);
        json.Flush();
        isNullValue = isNull;
        isValidText = isText;
        return buffer.WrittenSpan;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        json.Dispose();
        scratch.Dispose();
    }

    /// <inheritdoc/>
    public void Null(ValueShape shape)
    {
        isNull = parts++ == 0;
        if (isName) Name("null"u8);
        else json.WriteNullValue();
    }

    /// <inheritdoc/>
    public void Scalar(ColumnVector vector, int slot)
    {
        parts++;
        scratch.Length = 0;
        ScalarText.Append(vector, slot, scratch);
        var text = scratch.Written;
        if (!Utf8.IsValid(text))
        {
            isText = false;
            text = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text));
        }
        if (isName) Name(text);
        else if (ScalarText.IsLiteral(vector, slot)) json.WriteRawValue(text, skipInputValidation: true);
        else json.WriteStringValue(text);
    }

    /// <inheritdoc/>
    public void BeginStruct(ValueShape shape) => Begin(isObject: true);

    /// <inheritdoc/>
    public void Field(ValueShape field) => json.WritePropertyName(field.Name);

    /// <inheritdoc/>
    public void EndStruct(ValueShape shape) => json.WriteEndObject();

    /// <inheritdoc/>
    public void BeginList(ValueShape shape) => Begin(isObject: false);

    /// <inheritdoc/>
    public void Element(int index)
    {
    }

    /// <inheritdoc/>
    public void EndList(ValueShape shape) => json.WriteEndArray();

    /// <inheritdoc/>
    public void BeginMap(ValueShape shape)
    {
        var isByName = shape.Key!.Kind == ShapeKind.Scalar;
        maps.Push((isByName, false));
        Begin(isByName);
    }

    /// <inheritdoc/>
    public void Key(int index)
    {
        var (isByName, hasEntries) = maps.Pop();
        maps.Push((isByName, true));
        if (isByName)
        {
            isName = true;
            return;
        }
        if (hasEntries) json.WriteEndObject();
        json.WriteStartObject();
        json.WritePropertyName("key"u8);
    }

    /// <inheritdoc/>
    public void Value()
    {
        if (!maps.Peek().IsByName) json.WritePropertyName("value"u8);
    }

    /// <inheritdoc/>
    public void EndMap(ValueShape shape)
    {
        var (isByName, hasEntries) = maps.Pop();
        if (isByName || hasEntries) json.WriteEndObject();
        if (!isByName) json.WriteEndArray();
    }

    private void Name(ReadOnlySpan<byte> text)
    {
        isName = false;
        json.WritePropertyName(text);
    }

    private void Begin(bool isObject)
    {
        parts++;
        if (isObject) json.WriteStartObject();
        else json.WriteStartArray();
    }

    private void Read(NestedReader reader, int row)
    {
        var self = this;
        reader.Read(row, ref self);
    }

    private void Clear()
    {
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        maps.Clear();
        (isName, isText, isNull, parts) = (false, true, false, 0);
    }
}
