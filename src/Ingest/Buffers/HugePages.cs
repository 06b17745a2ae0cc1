using System.Numerics;
using System.Runtime.InteropServices;

namespace Ingest.Buffers;

/// <summary>
/// Memory of which pieces are cut and never given back, in pages of 2 MB where the kernel has any (Linux): with pages of 4 KB, each of
/// which it gives as it is first written, a load meets 7,000 of them (docs/decisions/0018). Elsewhere there is none to cut.
/// </summary>
/// <param name="most">The bytes that are cut at most.</param>
internal sealed unsafe partial class HugePages(long most)
{
    private const int PageKind = 21;
    private const int PageBytes = 1 << PageKind;

    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int AskForHuge = 14;

    private readonly Lock gate = new();

    /// <summary>What is left over of pages, by the powers of two.</summary>
    private readonly Stack<nint>[] rest = [.. Enumerable.Range(0, PageKind).Select(_ => new Stack<nint>())];
    private long left = OperatingSystem.IsLinux() ? most : 0;

    /// <summary>A piece of memory, or null when all of it was cut.</summary>
    /// <param name="length">Its bytes: a power of two of at most 2 MB, at a multiple of which it begins.</param>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public byte* TryCut(int length)
    {
        var kind = BitOperations.Log2((uint)length);
        lock (gate)
        {
            var larger = kind;
            while (larger < PageKind && rest[larger].Count == 0) larger++;
            if (larger == PageKind && left < PageBytes) return null;
            var piece = larger == PageKind ? NewPage() : (byte*)rest[larger].Pop();
            while (larger > kind)
            {
                larger--;
                rest[larger].Push((nint)(piece + (1 << larger)));
            }
            return piece;
        }
    }

    private byte* NewPage()
    {
        var page = (byte*)NativeMemory.AlignedAlloc(PageBytes, PageBytes);
        left -= PageBytes;
        try
        {
            // A kernel that has none, or none left, gives small ones: all that is lost is time.
            _ = Advise(page, PageBytes, AskForHuge);
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException)
        {
            // A C library of another name: the same.
        }
        return page;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Advise(byte* start, nuint length, int advice);
}
