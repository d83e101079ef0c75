namespace Manifold.Training;

/// <summary>Groups items whose captions are near-duplicates, so that they fall on the same side of the split.</summary>
public static class CaptionGroups
{
    /// <summary>Word sets with at least this Jaccard similarity are joined.</summary>
    public const double MinJaccard = 0.6;

    /// <summary>
    /// Maps each id to the least id (ordinal) of its group: the connected components of "Jaccard similarity of the word sets at least
    /// <see cref="MinJaccard"/>". An item without words is alone.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Of(IReadOnlyDictionary<string, SortedSet<string>> words)
    {
        string[] ids = [.. words.Keys.Order(StringComparer.Ordinal)];
        var parent = Enumerable.Range(0, ids.Length).ToArray();
        for (int a = 0; a < ids.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                if (Jaccard(words[ids[a]], words[ids[b]]) < MinJaccard)
                    continue;
                int rootA = Root(parent, a), rootB = Root(parent, b);
                parent[Math.Max(rootA, rootB)] = Math.Min(rootA, rootB);
            }
        }

        var groups = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < ids.Length; i++)
            groups[ids[i]] = ids[Root(parent, i)];
        return groups;
    }

    /// <summary>Shared words over all words; 0 when either set is empty.</summary>
    public static double Jaccard(SortedSet<string> a, SortedSet<string> b)
    {
        int shared = 0;
        foreach (string word in a)
        {
            if (b.Contains(word))
                shared++;
        }

        return shared == 0 ? 0 : (double)shared / (a.Count + b.Count - shared);
    }

    private static int Root(int[] parent, int i)
    {
        while (parent[i] != i)
            i = parent[i] = parent[parent[i]];
        return i;
    }
}
