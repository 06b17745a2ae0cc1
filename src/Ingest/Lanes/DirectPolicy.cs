namespace Ingest.Lanes;

/// <summary>
/// Whether a lane should copy a batch straight into the target. While keys are new that is twice as fast as staging; a
/// refused COPY costs its work and leaves dead rows behind, so each refusal makes the lane stage for twice as long.
/// </summary>
internal sealed class DirectPolicy
{
    private const int LongestPause = 256;

    /// <summary>How many times longer each next COPY is.</summary>
    private const int Growth = 4;

    /// <summary>Narrow rows: others come to the limit of bytes before.</summary>
    private const int LongestLength = 40;

    private FileLoad? latest;
    private int length = 1;
    private int pause;
    private int staged;
    private bool started;

    /// <summary>Whether to try it with the next batch.</summary>
    public bool ShouldTry(LoadPolicy policy)
    {
        if (!policy.Direct) return false;
        if (policy.Mode == LoadMode.Append) return pause == 0 || staged >= pause;
        if (!started && policy.StartsDirect) return true;
        return started && staged >= pause;
    }

    /// <summary>
    /// How many batches' worth of rows the next COPY may take: more with each that the server has taken whole. Another file may
    /// have the keys of the one before.
    /// </summary>
    public int NextLength(FileLoad file)
    {
        if (file.Policy.HasKey && latest != file) length = 1;
        latest = file;
        return file.IsLong && file.Policy.Replay is null ? length : 1;
    }

    /// <summary>Learns from a batch.</summary>
    public void Learn(in BatchOutcome outcome, bool endedAtRepeat)
    {
        length = outcome.WasDirect && !endedAtRepeat ? Math.Min(length * Growth, LongestLength) : 1;
        if (outcome.DirectFailed || endedAtRepeat)
        {
            pause = Math.Clamp(pause * 2, 2, LongestPause);
            staged = 0;
            started = true;
            return;
        }
        if (outcome.WasDirect)
        {
            started = true;
            pause = 0;
            staged = 0;
            return;
        }

        // Only a batch of nothing but new keys speaks for trying again.
        var allNew = outcome.Counts.Inserted == outcome.Counts.Read - outcome.Counts.Rejected;
        staged = allNew ? staged + 1 : 0;
        if (!started) pause = 1;
        started = true;
    }
}
