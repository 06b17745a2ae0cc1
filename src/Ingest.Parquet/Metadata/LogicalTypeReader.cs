using Ingest.Parquet.Schema;
using Ingest.Parquet.Thrift;

namespace Ingest.Parquet.Metadata;

/// <summary>Reads the union <c>LogicalType</c> of parquet.thrift; members newer than this reader become no annotation.</summary>
internal static class LogicalTypeReader
{
    public static LogicalType Read(ref CompactReader reader, CompactType type)
    {
        CompactReader.ExpectStruct(type);
        var result = LogicalType.None;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            CompactReader.ExpectStruct(field);
            switch (id)
            {
                case 5: result = Decimal(ref reader); break;
                case 7: result = Time(ref reader, LogicalKind.Time); break;
                case 8: result = Time(ref reader, LogicalKind.Timestamp); break;
                case 10: result = Integer(ref reader); break;
                case 17: result = Geospatial(ref reader, LogicalKind.Geometry); break;
                case 18: result = Geospatial(ref reader, LogicalKind.Geography); break;
                default:
                    reader.Skip(field);
                    result = new LogicalType(Simple(id));
                    break;
            }
        }
        return result;
    }

    private static LogicalKind Simple(int id) => id switch
    {
        1 => LogicalKind.String,
        2 => LogicalKind.Map,
        3 => LogicalKind.List,
        4 => LogicalKind.Enum,
        6 => LogicalKind.Date,
        11 => LogicalKind.Unknown,
        12 => LogicalKind.Json,
        13 => LogicalKind.Bson,
        14 => LogicalKind.Uuid,
        15 => LogicalKind.Float16,
        16 => LogicalKind.Variant,
        _ => LogicalKind.None,
    };

    private static LogicalType Decimal(ref CompactReader reader)
    {
        int scale = 0, precision = 0, id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: scale = reader.ReadI32(field); break;
                case 2: precision = reader.ReadI32(field); break;
                default: reader.Skip(field); break;
            }
        }
        return new LogicalType(LogicalKind.Decimal) { Precision = precision, Scale = scale };
    }

    private static LogicalType Time(ref CompactReader reader, LogicalKind kind)
    {
        var utc = false;
        var unit = TimeUnit.None;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: utc = CompactReader.ReadBool(field); break;
                case 2: unit = Unit(ref reader, field); break;
                default: reader.Skip(field); break;
            }
        }
        // A unit newer than this reader leaves a number whose meaning is unknown.
        return unit == TimeUnit.None ? LogicalType.None : new LogicalType(kind) { Unit = unit, IsAdjustedToUtc = utc };
    }

    private static TimeUnit Unit(ref CompactReader reader, CompactType type)
    {
        CompactReader.ExpectStruct(type);
        var unit = TimeUnit.None;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            if (id is >= 1 and <= 3) unit = (TimeUnit)id;
            reader.Skip(field);
        }
        return unit;
    }

    private static LogicalType Integer(ref CompactReader reader)
    {
        int width = 0, id = 0;
        var signed = false;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            switch (id)
            {
                case 1: width = reader.ReadI8(field); break;
                case 2: signed = CompactReader.ReadBool(field); break;
                default: reader.Skip(field); break;
            }
        }
        return new LogicalType(LogicalKind.Integer) { BitWidth = width, IsSigned = signed };
    }

    private static LogicalType Geospatial(ref CompactReader reader, LogicalKind kind)
    {
        string? crs = null;
        var id = 0;
        while (reader.ReadField(ref id) is var field and not CompactType.Stop)
        {
            if (id == 1) crs = reader.ReadString(field);
            else reader.Skip(field);
        }
        return new LogicalType(kind) { Crs = crs };
    }
}
