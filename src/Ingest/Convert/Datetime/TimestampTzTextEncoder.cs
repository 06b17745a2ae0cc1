// timestamptz as text, in an ISO form that no DateStyle reads otherwise (timestamptz_in).
using System.Globalization;
using System.Text.Unicode;

namespace Ingest.Convert;

/// <summary>
/// timestamptz in the user's patterns under a session time zone other than UTC: they are read here, and what the time means in
/// the zone is left to the server.
/// </summary>
/// <param name="patterns">The user's patterns.</param>
internal sealed class TimestampTzTextEncoder(DatePatterns patterns) : FieldEncoder
{
    /// <summary>Room for <c>2024-06-05 10:00:00.000000+15:59:59</c>.</summary>
    private const int MostBytes = 40;

    private static readonly DateOnly Epoch = new(2000, 1, 1);

    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = patterns.Read(AsciiSpace.Trim(text), out var fields);
        if (failure == ConversionFailure.None) Write(fields, row);
        return failure == ConversionFailure.InvalidDatetime ? EncodeIso(text, row) : failure;
    }

    /// <summary>What the server reads the same under any setting goes as it is.</summary>
    private static ConversionFailure EncodeIso(ReadOnlySpan<byte> text, RowBuffer row)
    {
        var failure = IsoDatetime.ReadDatetime(text, out _);
        if (failure == ConversionFailure.None) row.WriteBytes(text);
        return failure;
    }

    private static void Write(in DatetimeFields fields, RowBuffer row)
    {
        Span<byte> iso = stackalloc byte[MostBytes];
        var (hour, rest) = Math.DivRem(fields.Micros, Calendar.MicrosPerHour);
        var (minute, micros) = Math.DivRem(rest, Calendar.MicrosPerMinute);
        Utf8.TryWrite(
            iso, CultureInfo.InvariantCulture,
            $"{Epoch.AddDays(fields.Day):yyyy-MM-dd} {hour:00}:{minute:00}:{micros / Calendar.MicrosPerSecond:00}.{micros % Calendar.MicrosPerSecond:000000}",
            out var length);
        if (fields.HasZone)
        {
            var offset = Math.Abs(fields.OffsetSeconds);
            Utf8.TryWrite(
                iso[length..], CultureInfo.InvariantCulture,
                $"{(fields.OffsetSeconds < 0 ? '-' : '+')}{offset / 3600:00}:{offset / 60 % 60:00}:{offset % 60:00}",
                out var more);
            length += more;
        }
        row.WriteBytes(iso[..length]);
    }
}
