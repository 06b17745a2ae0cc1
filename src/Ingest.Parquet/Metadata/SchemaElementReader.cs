using System.Text;
using System.Text.Unicode;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Thrift;

namespace Ingest.Parquet.Metadata;

/// <summary>Reads a <c>SchemaElement</c> of parquet.thrift.</summary>
internal static class SchemaElementReader
{
    public static SchemaElement Read(ref CompactReader reader)
    {
        PhysicalType? type = null;
        LogicalType? logical = null;
        int? converted = null, fieldId = null;
        int typeLength = 0, childCount = 0, scale = 0, precision = 0;
        var repetition = Repetition.Required;
        var name = "";
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: type = TypeOf(reader.ReadI32(field)); break;
                case 2: typeLength = reader.ReadI32(field); break;
                case 3: repetition = RepetitionOf(reader.ReadI32(field)); break;
                case 4: name = NameOf(reader.ReadBinary(field)); break;
                case 5: childCount = reader.ReadI32(field); break;
                case 6: converted = reader.ReadI32(field); break;
                case 7: scale = reader.ReadI32(field); break;
                case 8: precision = reader.ReadI32(field); break;
                case 9: fieldId = reader.ReadI32(field); break;
                case 10: logical = LogicalTypeReader.Read(ref reader, field); break;
                default: reader.Skip(field); break;
            }
        }
        if (logical is null or { Kind: LogicalKind.None } && converted is { } code)
            logical = ConvertedType.ToLogical(code, precision, scale);
        if (type == PhysicalType.Int96 && logical is null or { Kind: LogicalKind.None })
            logical = new LogicalType(LogicalKind.Timestamp) { Unit = TimeUnit.Nanos };
        return new SchemaElement
        {
            Type = type,
            TypeLength = typeLength,
            Repetition = repetition,
            Name = name,
            ChildCount = childCount,
            LogicalType = logical ?? LogicalType.None,
            FieldId = fieldId,
        };
    }

    /// <summary>No name of a column in a database could be any other; what is damaged here may not stand for another name.</summary>
    private static string NameOf(ReadOnlySpan<byte> bytes)
    {
        var name = Encoding.UTF8.GetString(bytes);
        return Utf8.IsValid(bytes) && !name.Contains('\0') ? name : throw ParquetErrors.BadName(name);
    }

    private static PhysicalType TypeOf(int code) => code is >= 0 and <= 7
        ? (PhysicalType)code
        : throw ParquetErrors.Corrupt($"the schema has an unknown physical type {code}");

    private static Repetition RepetitionOf(int code) => code is >= 0 and <= 2
        ? (Repetition)code
        : throw ParquetErrors.Corrupt($"the schema has an unknown repetition {code}");
}
