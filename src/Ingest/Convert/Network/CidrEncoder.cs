// cidr: family (2 or 3), prefix length, is_cidr (1), address size (4 or 16), the address (cidr_recv).
namespace Ingest.Convert;

/// <summary>cidr: an IPv4 or IPv6 network, written in full, with no bit set to the right of its prefix. The classful short forms (<c>10.1</c>) are not read.</summary>
internal sealed class CidrEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        Span<byte> address = stackalloc byte[IpText.MaxSize];
        var failure = IpText.Read(text, address, out var size, out var prefix);
        if (failure != ConversionFailure.None) return failure;
        address = address[..size];
        if (HasHostBits(address, prefix)) return ConversionFailure.InvalidSyntax;
        IpText.Write(row, address, prefix, isCidr: true);
        return ConversionFailure.None;
    }

    private static bool HasHostBits(ReadOnlySpan<byte> address, int prefix)
    {
        var whole = prefix / 8;
        if (whole == address.Length) return false;
        return (address[whole] & (0xFF >> (prefix % 8))) != 0 || address[(whole + 1)..].IndexOfAnyExcept((byte)0) >= 0;
    }
}
