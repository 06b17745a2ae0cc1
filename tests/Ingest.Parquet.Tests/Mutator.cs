using System.Buffers.Binary;

namespace Ingest.Parquet.Tests;

/// <summary>Damages files in the ways that storage, transport and ill will do.</summary>
internal static class Mutator
{
    private static readonly byte[] Telling = [0x00, 0x01, 0x7F, 0x80, 0xFF, 0xFE, 0x0F, 0xF0, 0x20];

    public static byte[] Mutate(byte[] original, Random random)
    {
        var bytes = original.ToArray();
        var edits = random.Next(1, 6);
        for (var i = 0; i < edits; i++)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(8))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = Telling[random.Next(Telling.Length)]; break;
                case 2: bytes[at] = (byte)random.Next(256); break;
                case 3: bytes.AsSpan(at, Math.Min(random.Next(1, 20), bytes.Length - at)).Fill(Telling[random.Next(Telling.Length)]); break;
                case 4: Copy(bytes, random); break;
                case 5: at = InFooter(bytes, random); bytes[at] = Telling[random.Next(Telling.Length)]; break;
                case 6: at = InFooter(bytes, random); bytes[at] ^= (byte)(1 << random.Next(8)); break;
                default: bytes = Cut(bytes, random); break;
            }
        }
        return bytes;
    }

    private static void Copy(byte[] bytes, Random random)
    {
        var length = Math.Min(random.Next(1, 64), bytes.Length);
        bytes.AsSpan(random.Next(bytes.Length - length + 1), length).ToArray().CopyTo(bytes, random.Next(bytes.Length - length + 1));
    }

    private static int InFooter(byte[] bytes, Random random)
    {
        if (bytes.Length < 12) return random.Next(bytes.Length);
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(bytes.Length - 8));
        return length > 0 && length < bytes.Length - 8 ? bytes.Length - 8 - random.Next(1, length + 1) : random.Next(bytes.Length);
    }

    // Takes a piece out of the middle and keeps the footer, so that all offsets point elsewhere; or cuts the end off.
    private static byte[] Cut(byte[] bytes, Random random)
    {
        if (bytes.Length < 40) return bytes;
        var from = random.Next(4, bytes.Length - 20);
        if (random.Next(4) == 0) return bytes[..from];
        var length = random.Next(1, Math.Min(32, bytes.Length - from));
        return [.. bytes[..from], .. bytes[(from + length)..]];
    }
}
