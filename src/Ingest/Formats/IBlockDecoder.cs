using Ingest.Lanes;

namespace Ingest.Formats;

/// <summary>Decodes and converts blocks. Each worker has its own; blocks may come in any order.</summary>
internal interface IBlockDecoder : IDisposable
{
    /// <summary>Turns a block into rows in COPY's binary format, dealt to lanes, and rejects.</summary>
    DecodedBlock Decode(RecordBlock block);

    /// <summary>Decodes a block whose segments are complete then.</summary>
    DecodedBlock DecodeSealed(RecordBlock block)
    {
        var decoded = Decode(block);
        var sharers = 0;
        foreach (var segment in decoded.Segments) sharers += segment.IsEmpty ? 0 : 1;
        foreach (var segment in decoded.Segments) segment.Seal(sharers);
        return decoded;
    }
}
