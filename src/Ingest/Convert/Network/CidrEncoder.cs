// cidr: family (2 or 3), prefix length, is_cidr (1), address size (4 or 16), the address (cidr_recv).
namespace Ingest.Convert;

/// <summary>cidr: an IPv4 or IPv6 network with no bit set to the right of its prefix; IPv4 may be cut short and its prefix left to its class.</summary>
internal sealed class CidrEncoder : FieldEncoder
{
    /// <inheritdoc/>
    public override ConversionFailure Encode(ReadOnlySpan<byte> text, RowBuffer row)
    {
        Span<byte> address = stackalloc byte[IpText.MaxSize];
        address.Clear();
        var failure = IpText.Read(text, address, out var size, out var written, out var prefix);
        if (failure != ConversionFailure.None) return failure;
        address = address[..size];
        if (prefix < 0) prefix = size == 4 ? ClassPrefix(address[0], written) : size * 8;
        if (HasHostBits(address, prefix)) return ConversionFailure.InvalidSyntax;
        IpText.Write(row, address, prefix, isCidr: true);
        return ConversionFailure.None;
    }

    /// <summary>The prefix of an IPv4 network by its class, no shorter than what was written (inet_cidr_pton_ipv4).</summary>
    private static int ClassPrefix(byte first, int written)
    {
        var prefix = first switch
        {
            >= 240 => 32,
            >= 224 => 8,
            >= 192 => 24,
            >= 128 => 16,
            _ => 8,
        };
        prefix = Math.Max(prefix, written * 8);
        return prefix == 8 && first == 224 ? 4 : prefix;
    }

    private static bool HasHostBits(ReadOnlySpan<byte> address, int prefix)
    {
        var whole = prefix / 8;
        if (whole == address.Length) return false;
        return (address[whole] & (0xFF >> (prefix % 8))) != 0 || address[(whole + 1)..].IndexOfAnyExcept((byte)0) >= 0;
    }
}
