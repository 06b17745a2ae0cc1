namespace Ingest.Cli.Rendering;

/// <summary>
/// The last lines of a terminal, drawn over and over, with other lines scrolling away above them. Every change is one
/// write, under a lock: log lines come from many threads.
/// </summary>
internal sealed class LiveRegion(TextWriter terminal) : IDisposable
{
    // ECMA-48: CUU moves the cursor up, ED erases from the cursor to the end of the screen.
    private const string EraseBelow = "\u001b[J";

    private readonly Lock gate = new();
    private IReadOnlyList<string> shown = [];

    /// <summary>Replaces the lines; each must be shorter than the terminal is wide.</summary>
    public void Update(IReadOnlyList<string> lines)
    {
        lock (gate) Draw("", lines);
    }

    /// <summary>Writes a line of any length above the region.</summary>
    public void WriteAbove(string line)
    {
        lock (gate) Draw(line + "\n", shown);
    }

    /// <summary>Erases the region.</summary>
    public void Dispose()
    {
        lock (gate) Draw("", []);
    }

    private void Draw(string above, IReadOnlyList<string> lines)
    {
        // The cursor stands on the line below the region.
        var up = shown.Count > 0 ? $"\r\u001b[{shown.Count}A" : "\r";
        terminal.Write(up + EraseBelow + above + string.Concat(lines.Select(line => line + "\n")));
        shown = lines;
    }
}
