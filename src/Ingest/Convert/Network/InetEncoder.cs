// inet: family (2 or 3), prefix length, is_cidr (0), address size (4 or 16), the address (inet_recv).
namespace Ingest.Convert;

/// <summary>inet: an IPv4 or IPv6 host address with an optional prefix length.</summary>
internal sealed class InetEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        Span<byte> address = stackalloc byte[IpText.MaxSize];
        var failure = IpText.Read(text, address, out var size, out var prefix);
        if (failure == ConversionFailure.None) IpText.Write(row, address[..size], prefix, isCidr: false);
        return failure;
    }
}
