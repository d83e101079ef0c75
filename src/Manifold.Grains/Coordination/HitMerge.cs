using System.Runtime.InteropServices;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Merges the sorted answers of shards: greater score first, equal scores by id in UTF-8 byte order.</summary>
internal static class HitMerge
{
    /// <summary>The scores [hits] as little-endian float32.</summary>
    public static byte[] PackScores(IReadOnlyList<Hit> hits)
    {
        var scores = new float[hits.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = hits[i].Score;
        }
        return MemoryMarshal.AsBytes(scores.AsSpan()).ToArray();
    }

    /// <summary>What shards took, added up: partitions, vectors scanned, refined and scored.</summary>
    public static long[] AddEfforts(IEnumerable<ShardHits> answers)
    {
        var sum = new long[4];
        foreach (var answer in answers)
        {
            for (var i = 0; i < Math.Min(sum.Length, answer.Effort.Length); i++)
            {
                sum[i] += answer.Effort[i];
            }
        }
        return sum;
    }

    /// <param name="shards">Sorted hits of each shard.</param>
    /// <param name="excluded">Ids to leave out.</param>
    /// <param name="limit">How many to keep.</param>
    public static List<Hit> Merge(IReadOnlyList<ShardHits> shards, IReadOnlySet<string> excluded, int limit)
    {
        var next = new PriorityQueue<(int Shard, int Index), Hit>(shards.Count, HitOrder.BestFirst);
        for (var shard = 0; shard < shards.Count; shard++)
        {
            Enqueue(shard, 0);
        }
        var merged = new List<Hit>(Math.Min(limit, 1024));
        while (merged.Count < limit && next.TryDequeue(out var at, out var hit))
        {
            if (!excluded.Contains(hit.Id))
            {
                merged.Add(hit);
            }
            Enqueue(at.Shard, at.Index + 1);
        }
        return merged;

        void Enqueue(int shard, int index)
        {
            var hits = shards[shard];
            if (index < hits.Ids.Length)
            {
                var matches = hits.Matches is { } packed ? HitMatches.Unpack(packed[index]) : null;
                next.Enqueue((shard, index), new Hit(hits.Ids[index], MemoryMarshal.Cast<byte, float>(hits.Scores)[index], matches));
            }
        }
    }

    private sealed class HitOrder : IComparer<Hit>
    {
        public static readonly HitOrder BestFirst = new();

        public int Compare(Hit x, Hit y) => y.Score.CompareTo(x.Score) is var byScore and not 0 ? byScore : Utf8Order.Compare(x.Id, y.Id);
    }
}
