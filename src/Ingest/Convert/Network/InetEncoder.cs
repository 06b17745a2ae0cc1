// inet: family (2 or 3), prefix length, is_cidr (0), address size (4 or 16), the address (inet_recv).
namespace Ingest.Convert;

/// <summary>inet: an IPv4 or IPv6 host address with an optional prefix length; IPv4 may be cut to the bytes that its prefix needs.</summary>
internal sealed class InetEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        Span<byte> address = stackalloc byte[IpText.MaxSize];
        address.Clear();
        var failure = IpText.Read(text, address, out var size, out var written, out var prefix);
        if (failure != ConversionFailure.None) return failure;
        if (prefix < 0 ? written < size : prefix / 8 > written) return ConversionFailure.InvalidSyntax;
        IpText.Write(row, address[..size], prefix < 0 ? size * 8 : prefix, isCidr: false);
        return ConversionFailure.None;
    }
}
