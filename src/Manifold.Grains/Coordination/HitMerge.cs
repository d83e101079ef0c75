using System.Runtime.InteropServices;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>Merges the sorted answers of shards: greater score first, equal scores by id in UTF-8 byte order.</summary>
internal static class HitMerge
{
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
                next.Enqueue((shard, index), new Hit(hits.Ids[index], MemoryMarshal.Cast<byte, float>(hits.Scores)[index]));
            }
        }
    }

    private sealed class HitOrder : IComparer<Hit>
    {
        public static readonly HitOrder BestFirst = new();

        public int Compare(Hit x, Hit y) => y.Score.CompareTo(x.Score) is var byScore and not 0 ? byScore : Utf8Order.Compare(x.Id, y.Id);
    }
}
