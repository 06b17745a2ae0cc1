using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text;
using Ingest.Convert;
using Ingest.Formats.Parquet.Encoders;
using Ingest.Parquet.Schema;
using Ingest.Parquet.Vectors;
using Calendar = Ingest.Convert.Calendar;

namespace Ingest.Formats.Parquet;

/// <summary>
/// Writes single values as the text that PostgreSQL's input functions read: exact numbers, ISO dates and times (an instant
/// with its offset), bytes as <c>\x</c> and hexadecimal digits.
/// </summary>
internal static class ScalarText
{
    /// <summary>The most bytes of a value of fixed size.</summary>
    private const int Room = 64;

    /// <summary>The smallest whole number that has a neighbour in FLOAT which is more than 1 away.</summary>
    private const double FirstInexact = 1 << 24;

    /// <summary>Whether the column's bytes are its text: annotated so, or not annotated, as older writers leave strings.</summary>
    public static bool IsText(LeafColumn leaf) => leaf.LogicalType.Kind is LogicalKind.String or LogicalKind.Enum or LogicalKind.Json
        || (leaf.LogicalType.Kind == LogicalKind.None && leaf.PhysicalType == PhysicalType.ByteArray);

    /// <summary>Whether the text is also a literal of JSON.</summary>
    public static bool IsLiteral(ColumnVector vector, int slot)
    {
        if (vector.Kind is VectorKind.Float or VectorKind.Double || vector.Column.LogicalType.Kind == LogicalKind.Float16)
            return double.IsFinite(FloatSlot.Read(vector, slot));
        return vector.Column.LogicalType.Kind switch
        {
            LogicalKind.Integer or LogicalKind.Decimal => true,
            LogicalKind.Date or LogicalKind.Time or LogicalKind.Timestamp => false,
            _ => vector.Kind != VectorKind.Bytes,
        };
    }

    /// <summary>Appends the text of a value; of text columns, its bytes as they are.</summary>
    /// <returns>
    /// False for a time or timestamp out of its range, which has no text: what is appended, the number as stored, is for
    /// people, and an interval or a number would read it as something else.
    /// </returns>
    public static bool Append(ColumnVector vector, int slot, RowBuffer text)
    {
        switch (vector.Column.LogicalType.Kind)
        {
            case LogicalKind.Decimal: AppendDecimal(vector, slot, text); break;
            case LogicalKind.Date: AppendDate(vector.Int32s[slot], text); break;
            case LogicalKind.Time: return AppendTime(vector, slot, text);
            case LogicalKind.Timestamp: return AppendTimestamp(vector, slot, text);
            case LogicalKind.Interval: AppendInterval(vector.Bytes(slot), text); break;
            case LogicalKind.Uuid: Format(new Guid(vector.Bytes(slot), bigEndian: true), text); break;
            case LogicalKind.Float16: AppendFloat(FloatSlot.Read(vector, slot), text, (float)FloatSlot.Read(vector, slot)); break;
            case LogicalKind.Integer when !vector.Column.LogicalType.IsSigned && vector.Kind == VectorKind.Int32: Format((uint)vector.Int32s[slot], text); break;
            case LogicalKind.Integer when !vector.Column.LogicalType.IsSigned: Format((ulong)vector.Int64s[slot], text); break;
            default: AppendPhysical(vector, slot, text); break;
        }
        return true;
    }

    private static void AppendPhysical(ColumnVector vector, int slot, RowBuffer text)
    {
        switch (vector.Kind)
        {
            case VectorKind.Boolean: Append(vector.Booleans[slot] ? "true"u8 : "false"u8, text); break;
            case VectorKind.Int32: Format(vector.Int32s[slot], text); break;
            case VectorKind.Int64: Format(vector.Int64s[slot], text); break;
            case VectorKind.Float: AppendFloat(vector.Floats[slot], text, vector.Floats[slot]); break;
            case VectorKind.Double: AppendFloat(vector.Doubles[slot], text, vector.Doubles[slot]); break;
            default:
                var bytes = vector.Bytes(slot);
                // Bytes without an annotation may be anything.
                if (IsText(vector.Column) && (vector.Column.LogicalType.Kind != LogicalKind.None || PlainText.IsValid(bytes)))
                {
                    Append(bytes, text);
                    break;
                }
                AppendHex(bytes, text);
                break;
        }
    }

    /// <summary>Appends bytes as bytea's input reads them.</summary>
    public static void AppendHex(ReadOnlySpan<byte> bytes, RowBuffer text)
    {
        Append("\\x"u8, text);
        System.Convert.TryToHexStringLower(bytes, text.Reserve(bytes.Length * 2)[..(bytes.Length * 2)], out var written);
        text.Advance(written);
    }

    /// <summary>
    /// The shortest digits that give the same number back, in its own width; of a whole number that needs no exponent all its
    /// digits, as many as those, of which the last would be zeros that it does not have.
    /// </summary>
    private static void AppendFloat<T>(double value, RowBuffer text, T exact)
        where T : IUtf8SpanFormattable
    {
        var start = text.Length;
        if (!double.IsFinite(value))
        {
            Append(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8, text);
            return;
        }
        Format(exact, text);
        if (Math.Abs(value) < FirstInexact || text.Written[start..].IndexOfAny((byte)'.', (byte)'E') >= 0) return;
        text.Length = start;
        Format((long)value, text);
    }

    private static void AppendDecimal(ColumnVector vector, int slot, RowBuffer text)
    {
        var value = vector.Kind switch
        {
            VectorKind.Int32 => vector.Int32s[slot],
            VectorKind.Int64 => vector.Int64s[slot],
            _ => new BigInteger(vector.Bytes(slot), isUnsigned: false, isBigEndian: true),
        };
        var scale = vector.Column.LogicalType.Scale;
        var digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture).PadLeft(scale + 1, '0');
        var point = digits.Length - scale;
        Append(value.Sign < 0 ? "-"u8 : [], text);
        AppendAscii(digits.AsSpan(0, point), text);
        if (scale == 0) return;
        Append("."u8, text);
        AppendAscii(digits.AsSpan(point), text);
    }

    private static bool AppendTime(ColumnVector vector, int slot, RowBuffer text)
    {
        var isTime = DatetimeSlots.TryReadMicros(vector, slot, out var micros) && micros is >= 0 and <= Calendar.MicrosPerDay;
        if (isTime) AppendClock(micros, text);
        else Format(vector.Kind == VectorKind.Int32 ? vector.Int32s[slot] : vector.Int64s[slot], text);
        return isTime;
    }

    private static bool AppendTimestamp(ColumnVector vector, int slot, RowBuffer text)
    {
        if (!DatetimeSlots.TryReadMicros(vector, slot, out var micros))
        {
            // Milliseconds past any calendar.
            Format(vector.Int64s[slot], text);
            return false;
        }
        var day = Math.DivRem(micros, Calendar.MicrosPerDay, out var time);
        if (time < 0) (day, time) = (day - 1, time + Calendar.MicrosPerDay);
        var isBeforeChrist = AppendDay(day, text);
        Append(" "u8, text);
        AppendClock(time, text);
        if (vector.Column.LogicalType.IsAdjustedToUtc) Append("+00"u8, text);
        if (isBeforeChrist) Append(" BC"u8, text);
        return true;
    }

    private static void AppendDate(long day, RowBuffer text)
    {
        if (AppendDay(day, text)) Append(" BC"u8, text);
    }

    /// <summary>Appends year, month and day; true when " BC" must follow.</summary>
    private static bool AppendDay(long day, RowBuffer text)
    {
        // Years that begin in March put the leap day last; 400 of them are 146,097 days.
        var shifted = day + 719_468;
        var era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097;
        var dayOfEra = shifted - (era * 146_097);
        var yearOfEra = (dayOfEra - (dayOfEra / 1460) + (dayOfEra / 36_524) - (dayOfEra / 146_096)) / 365;
        var dayOfYear = dayOfEra - ((365 * yearOfEra) + (yearOfEra / 4) - (yearOfEra / 100));
        var month = ((5 * dayOfYear) + 2) / 153;
        var dayOfMonth = dayOfYear - (((153 * month) + 2) / 5) + 1;
        month += month < 10 ? 3 : -9;
        var year = (era * 400) + yearOfEra + (month <= 2 ? 1 : 0);
        var isBeforeChrist = year <= 0;
        Format(isBeforeChrist ? 1 - year : year, text, "0000");
        Append("-"u8, text);
        Format(month, text, "00");
        Append("-"u8, text);
        Format(dayOfMonth, text, "00");
        return isBeforeChrist;
    }

    private static void AppendClock(long micros, RowBuffer text)
    {
        Format(micros / Calendar.MicrosPerHour, text, "00");
        Append(":"u8, text);
        Format(micros / Calendar.MicrosPerMinute % 60, text, "00");
        Append(":"u8, text);
        Format(micros / Calendar.MicrosPerSecond % 60, text, "00");
        var fraction = micros % Calendar.MicrosPerSecond;
        if (fraction == 0) return;
        Append("."u8, text);
        Format(fraction, text, "000000");
        while (text.Written[^1] == '0') text.Length--;
    }

    private static void AppendInterval(ReadOnlySpan<byte> bytes, RowBuffer text)
    {
        Format(BinaryPrimitives.ReadUInt32LittleEndian(bytes), text);
        Append(" mons "u8, text);
        Format(BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]), text);
        Append(" days "u8, text);
        var millis = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        Format(millis / 1000, text);
        Append("."u8, text);
        Format(millis % 1000, text, "000");
        Append(" secs"u8, text);
    }

    private static void Append(ReadOnlySpan<byte> bytes, RowBuffer text)
    {
        bytes.CopyTo(text.Reserve(bytes.Length));
        text.Advance(bytes.Length);
    }

    private static void AppendAscii(ReadOnlySpan<char> characters, RowBuffer text) =>
        text.Advance(Encoding.ASCII.GetBytes(characters, text.Reserve(characters.Length)));

    private static void Format<T>(T value, RowBuffer text, ReadOnlySpan<char> format = default)
        where T : IUtf8SpanFormattable
    {
        value.TryFormat(text.Reserve(Room), out var written, format, CultureInfo.InvariantCulture);
        text.Advance(written);
    }
}
