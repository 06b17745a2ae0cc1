using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Ingest.Benchmarks;

/// <summary>
/// The benchmark's data: ten columns of the usual types, some 122 bytes a row. The same rows on every machine and in
/// every release; a row depends on nothing but its number, so that any part of the file can be made alone.
/// </summary>
internal static class NarrowData
{
    private const int BufferSize = 1 << 20;

    // More than any row can need.
    private const int RowSpace = 512;

    private static readonly byte[][] Words =
    [
        "granite"u8.ToArray(), "harbour"u8.ToArray(), "lantern"u8.ToArray(), "meadow"u8.ToArray(), "northern"u8.ToArray(), "orchard"u8.ToArray(),
        "paper"u8.ToArray(), "quarry"u8.ToArray(), "river"u8.ToArray(), "stone"u8.ToArray(), "timber"u8.ToArray(), "über"u8.ToArray(),
        "valley"u8.ToArray(), "window"u8.ToArray(), "yellow"u8.ToArray(), "zinc"u8.ToArray(),
    ];

    /// <summary>The first line.</summary>
    public const string Header = "id,name,price,quantity,active,made,seen,note,code,score";

    /// <summary>The table that the rows belong to.</summary>
    public static string Ddl(string table) =>
        $"""
        CREATE TABLE {table} (
            id bigint PRIMARY KEY,
            name text NOT NULL,
            price numeric(12,2) NOT NULL,
            quantity integer NOT NULL,
            active boolean NOT NULL,
            made date NOT NULL,
            seen timestamptz NOT NULL,
            note text NOT NULL,
            code text,
            score double precision NOT NULL
        );
        """;

    /// <summary>Writes a file with header.</summary>
    /// <param name="path">The file, which is replaced.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="changed">Whether every row has another quantity than in the unchanged file.</param>
    public static void Write(string path, long rows, bool changed)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var buffer = new byte[BufferSize];
        var length = WriteText(buffer, Header) + 1;
        buffer[length - 1] = (byte)'\n';
        for (long row = 0; row < rows; row++)
        {
            length += WriteRow(buffer.AsSpan(length), row, changed);
            if (length <= BufferSize - RowSpace) continue;
            file.Write(buffer, 0, length);
            length = 0;
        }
        file.Write(buffer, 0, length);
    }

    /// <summary>The text of the first rows, without header, of about a length in bytes.</summary>
    public static byte[] Text(int length)
    {
        var text = new byte[length + RowSpace];
        var written = 0;
        for (long row = 0; written < length; row++) written += WriteRow(text.AsSpan(written), row, changed: false);
        return text[..written];
    }

    /// <summary>Writes one row with its line break and returns its length.</summary>
    public static int WriteRow(Span<byte> target, long row, bool changed)
    {
        var writer = new FieldWriter(target);
        var random = Mix((ulong)row);
        writer.Number(row + 1);
        writer.Separator();
        writer.Text("item-"u8);
        writer.Digits(Take(ref random, 100_000_000), 8);
        writer.Separator();
        var cents = Take(ref random, 10_000_000);
        writer.Number((long)(cents / 100));
        writer.Text("."u8);
        writer.Digits(cents % 100, 2);
        writer.Separator();
        writer.Number((long)Take(ref random, 100_000) + (changed ? 100_000 : 0));
        writer.Separator();
        writer.Text((random & 1) == 0 ? "true"u8 : "false"u8);
        writer.Separator();
        writer.Date(Take(ref random, 3650));
        writer.Separator();
        writer.Date(Take(ref random, 3650));
        writer.Text(" "u8);
        writer.Time(Take(ref random, 86_400));
        writer.Text("."u8);
        random = Mix(random + (ulong)row);
        writer.Digits(Take(ref random, 1_000_000), 6);
        writer.Text("+00"u8);
        writer.Separator();
        writer.Text("\""u8);
        writer.Text(Words[random & 15]);
        writer.Text(", the \"\""u8);
        writer.Text(Words[(random >> 4) & 15]);
        writer.Text("\"\"\""u8);
        writer.Separator();
        random >>= 8;
        if (random % 5 != 0)
        {
            writer.Text("C"u8);
            writer.Digits(Take(ref random, 10_000), 4);
        }
        writer.Separator();
        random = Mix(random ^ (ulong)row);
        writer.Number((long)Take(ref random, 1_000_000));
        writer.Text("."u8);
        writer.Digits(Take(ref random, 1000), 3);
        writer.Text("\n"u8);
        return writer.Length;
    }

    private static int WriteText(Span<byte> target, string text) => System.Text.Encoding.UTF8.GetBytes(text, target);

    private static ulong Take(ref ulong random, ulong below)
    {
        var taken = random % below;
        random /= below;
        if (random < 1UL << 24) random = Mix(random + taken);
        return taken;
    }

    /// <summary>The finalizer of SplitMix64 (Steele, Lea, Flood 2014).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Mix(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private ref struct FieldWriter(Span<byte> target)
    {
        private readonly Span<byte> target = target;

        public int Length { get; private set; }

        public void Separator() => target[Length++] = (byte)',';

        public void Text(ReadOnlySpan<byte> text)
        {
            text.CopyTo(target[Length..]);
            Length += text.Length;
        }

        public void Number(long value)
        {
            Utf8Formatter.TryFormat(value, target[Length..], out var written);
            Length += written;
        }

        public void Digits(ulong value, int count)
        {
            for (var i = Length + count - 1; i >= Length; i--, value /= 10) target[i] = (byte)('0' + value % 10);
            Length += count;
        }

        /// <summary>A day of the ten years from 2015.</summary>
        public void Date(ulong day)
        {
            var date = new DateOnly(2015, 1, 1).AddDays((int)day);
            Digits((ulong)date.Year, 4);
            Text("-"u8);
            Digits((ulong)date.Month, 2);
            Text("-"u8);
            Digits((ulong)date.Day, 2);
        }

        public void Time(ulong second)
        {
            Digits(second / 3600, 2);
            Text(":"u8);
            Digits(second / 60 % 60, 2);
            Text(":"u8);
            Digits(second % 60, 2);
        }
    }
}
