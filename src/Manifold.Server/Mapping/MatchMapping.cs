using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Words to match and fusion from requests.</summary>
internal static class MatchMapping
{
    private const int MaxRankConstant = 1_000_000;

    /// <summary>What a shard is asked; <c>null</c> without words.</summary>
    /// <exception cref="ManifoldException">The match is not valid; the message names the field.</exception>
    public static ShardMatch? ReadMatch(V1.TextMatch? match, int limit, byte[]? filter)
    {
        if (match is null)
        {
            return null;
        }
        string[] fields = [.. match.Fields];
        if (new TextQuery(match.Text, limit, fields, match.AllTerms).Validate() is [var error, ..])
        {
            throw ManifoldException.Invalid(error.Field, error.Message);
        }
        return new ShardMatch(match.Text, fields, match.AllTerms, limit, filter, 0);
    }

    /// <summary>How to fuse; <c>null</c> where the request does not say.</summary>
    /// <exception cref="ManifoldException">The fusion is not valid; the message names the field.</exception>
    public static HitFusion? ReadFusion(V1.QueryRequest request)
    {
        if (request.Fusion is not { } fusion)
        {
            return null;
        }
        if (request.Match is null || request.Parts.Count == 0)
        {
            throw ManifoldException.Invalid("fusion", "only hits of parts and of words can be fused: give both, or leave the fusion out");
        }
        switch (fusion.KindCase)
        {
            case V1.Fusion.KindOneofCase.Ranks:
                var constant = fusion.Ranks.HasConstant ? fusion.Ranks.Constant : HitFusion.DefaultRankConstant;
                return constant is >= 0 and <= MaxRankConstant
                    ? new HitFusion(constant, 0)
                    : throw ManifoldException.Invalid("fusion.ranks.constant", $"the constant must be 0 to {MaxRankConstant}; {constant} was given");
            case V1.Fusion.KindOneofCase.Scores:
                var weight = fusion.Scores.HasVectorWeight ? fusion.Scores.VectorWeight : 0.5;
                return weight is >= 0 and <= 1
                    ? new HitFusion(null, weight)
                    : throw ManifoldException.Invalid("fusion.scores.vector_weight", $"the weight must be 0 to 1; {weight} was given");
            default:
                throw ManifoldException.Invalid("fusion", "say how: by ranks or by scores");
        }
    }
}
