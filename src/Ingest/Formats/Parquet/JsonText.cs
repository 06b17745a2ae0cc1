using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Ingest.Convert;
using Ingest.Manifest.Queries;
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
    private ConversionFailure failure;
    private bool isName;
    private bool isNull;
    private bool takesBytes;
    private int parts;

    /// <summary>A writer for one thread.</summary>
    public JsonText() =>
        json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });

    /// <summary>
    /// The fields of a row as one object. What has no text stands as <c>\x…</c> or as the number stored, which cannot be told
    /// from a value that is written so: the last member, <see cref="RawJson.NoText"/>, names such fields.
    /// </summary>
    public byte[] Row(RowSlice slice, IReadOnlyList<ReadField> fields, int row)
    {
        Clear();
        var noText = new List<string>();
        json.WriteStartObject();
        foreach (var field in fields)
        {
            json.WritePropertyName(field.Name);
            (takesBytes, failure, parts) = (field.TakesBytes, ConversionFailure.None, 0);
            Read(new NestedReader(slice, field.Shape), row);
            if (failure != ConversionFailure.None) noText.Add(field.Name);
        }
        if (noText.Count > 0)
        {
            json.WriteStartArray(RawJson.NoText);
            foreach (var name in noText) json.WriteStringValue(name);
            json.WriteEndArray();
        }
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The value of a row, valid until the next one.</summary>
    /// <param name="reader">The field.</param>
    /// <param name="row">The row.</param>
    /// <param name="isNullValue">Whether the value as a whole is null.</param>
    /// <param name="partFailure">Why a part of it has no text, or none.</param>
    public ReadOnlySpan<byte> Value(NestedReader reader, int row, out bool isNullValue, out ConversionFailure partFailure)
    {
        Clear();
        Read(reader, row);
        json.Flush();
        isNullValue = isNull;
        partFailure = failure;
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
        if (!ScalarText.Append(vector, slot, scratch)) failure = ConversionFailure.DatetimeOverflow;
        else if (IsNoText(vector, slot)) AppendHex(vector.Bytes(slot));
        var text = scratch.Written;
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

    /// <summary>JSON can hold a NUL, as a field by itself cannot. Bytes without an annotation are no text unless they can be.</summary>
    private bool IsNoText(ColumnVector vector, int slot)
    {
        if (!ScalarText.IsText(vector.Column) || (takesBytes && vector.Column.LogicalType.Kind == LogicalKind.None)) return false;
        var bytes = vector.Bytes(slot);
        return parts == 1 ? !PlainText.IsValid(bytes) : !Utf8.IsValid(bytes);
    }

    private void AppendHex(ReadOnlySpan<byte> bytes)
    {
        failure = ConversionFailure.InvalidText;
        scratch.Length = 0;
        ScalarText.AppendHex(bytes, scratch);
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
        (isName, isNull, takesBytes, parts) = (false, false, true, 0);
        failure = ConversionFailure.None;
    }
}
