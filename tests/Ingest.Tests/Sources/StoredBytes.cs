using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ICSharpCode.SharpZipLib.BZip2;
using Ingest.Sources;

namespace Ingest.Tests.Sources;

/// <summary>Makes stored forms of content, and reads them back through <see cref="SourceStream"/>.</summary>
internal static class StoredBytes
{
    public static byte[] Csv(int records)
    {
        var text = new StringBuilder("id,name,amount\n");
        for (var i = 0; i < records; i++) text.Append($"{i},name {i * 7919 % 1000},{i * 31}.{i % 100:00}\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static byte[] Gzip(byte[] content) => Through(content, s => new GZipStream(s, CompressionLevel.Optimal));

    public static byte[] Brotli(byte[] content) => Through(content, s => new BrotliStream(s, CompressionLevel.Optimal));

    public static byte[] Bzip2(byte[] content) => Through(content, s => new BZip2OutputStream(s) { IsStreamOwner = false });

    /// <summary>By the zstd command; null where it is not installed.</summary>
    public static byte[]? Zstandard(byte[] content, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo("zstd", ["-q", "-c", .. arguments])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
            var feed = Task.Run(() =>
            {
                process.StandardInput.BaseStream.Write(content);
                process.StandardInput.Close();
            });
            using var output = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(output);
            feed.Wait();
            process.WaitForExit();
            return process.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    public static SourceStream Open(byte[] stored, string name = "data.csv", string? encoding = null, int most = int.MaxValue, bool hash = true) =>
        SourceStream.Open(SourceFile.Local(name), new Trickle(stored, most), null, encoding, hash);

    public static byte[] ReadAll(byte[] stored, string name = "data.csv", string? encoding = null, int most = int.MaxValue)
    {
        using var source = Open(stored, name, encoding, most);
        return ReadAll(source);
    }

    public static byte[] ReadAll(SourceStream source)
    {
        using var content = new MemoryStream();
        var buffer = new byte[10_007];
        while (source.Read(buffer) is var read and > 0) content.Write(buffer, 0, read);
        return content.ToArray();
    }

    private static byte[] Through(byte[] content, Func<Stream, Stream> compressor)
    {
        using var stored = new MemoryStream();
        using (var stream = compressor(stored)) stream.Write(content);
        return stored.ToArray();
    }

    /// <summary>A pipe: gives at most so many bytes at a time.</summary>
    private sealed class Trickle(byte[] bytes, int most) : MemoryStream(bytes, writable: false)
    {
        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, most)]);
    }
}
