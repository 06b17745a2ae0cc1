namespace Ingest.Plan;

/// <summary>One segment of a glob pattern, matched against one file or folder name (POSIX.2, 2.13, without escapes).</summary>
internal static class GlobPattern
{
    // Names are compared as the platform's file systems usually do.
    private static readonly bool FoldCase = OperatingSystem.IsWindows() || OperatingSystem.IsMacOS();

    /// <summary>Whether the text has a character that makes it a pattern.</summary>
    public static bool IsPattern(ReadOnlySpan<char> text) => text.ContainsAny('*', '?', '[');

    /// <summary>
    /// Whether a name matches: <c>*</c> any run, <c>?</c> one character, <c>[a-z]</c> one of a set, <c>[!a-z]</c> one
    /// outside of it. A leading dot is matched only by a dot.
    /// </summary>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        if (name is ['.', ..] && pattern is not ['.', ..]) return false;
        // Linear but for the backtracking to the last star, which is enough: an earlier star cannot match better.
        int p = 0, n = 0, starPattern = -1, starName = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                starPattern = ++p;
                starName = n;
            }
            else if (p < pattern.Length && MatchesOne(pattern[p..], name[n], out var length))
            {
                p += length;
                n++;
            }
            else if (starPattern >= 0)
            {
                p = starPattern;
                n = ++starName;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].TrimStart('*').IsEmpty;
    }

    private static bool MatchesOne(ReadOnlySpan<char> pattern, char c, out int length)
    {
        length = 1;
        if (pattern[0] == '?') return true;
        if (pattern[0] == '[' && TrySet(pattern, c, out var contains, out length)) return contains;
        length = 1;
        return Same(pattern[0], c);
    }

    /// <summary>Reads <c>[…]</c>; false when it is not closed, and then the bracket stands for itself.</summary>
    private static bool TrySet(ReadOnlySpan<char> pattern, char c, out bool contains, out int length)
    {
        contains = false;
        length = 0;
        var i = 1;
        var negated = i < pattern.Length && pattern[i] is '!' or '^';
        if (negated) i++;
        var first = i;
        for (; i < pattern.Length; i++)
        {
            // A closing bracket in the first place is a member.
            if (pattern[i] == ']' && i > first)
            {
                contains ^= negated;
                length = i + 1;
                return true;
            }
            var low = pattern[i];
            var high = low;
            if (i + 2 < pattern.Length && pattern[i + 1] == '-' && pattern[i + 2] != ']')
            {
                high = pattern[i + 2];
                i += 2;
            }
            contains |= (c >= low && c <= high)
                || (FoldCase && ((char.ToLowerInvariant(c) >= low && char.ToLowerInvariant(c) <= high) || (char.ToUpperInvariant(c) >= low && char.ToUpperInvariant(c) <= high)));
        }
        return false;
    }

    private static bool Same(char a, char b) => a == b || (FoldCase && char.ToUpperInvariant(a) == char.ToUpperInvariant(b));
}
