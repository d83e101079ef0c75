using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

public sealed partial class ManifoldClient
{
    /// <summary>Finds the items nearest to a query.</summary>
    public async Task<SearchResult> SearchAsync(string collection, SearchQuery query, CancellationToken cancellationToken = default)
    {
        var request = new V1.QueryRequest
        {
            Collection = collection,
            Space = query.Space,
            Limit = query.Limit,
            Filter = query.Filter?.Message,
            WithVectors = query.WithVectors,
            IdsOnly = query.IdsOnly,
            AllowPartial = query.AllowPartial,
            Exact = query.Exact,
            Consistency = (V1.Consistency)query.Consistency,
        };
        if (query.Match is { } match)
        {
            request.Match = new V1.TextMatch { Text = match.Text, AllTerms = match.AllTerms };
            request.Match.Fields.AddRange(match.Fields);
        }
        request.Fusion = query.Fusion?.Message;
        if (query.Recall is { } recall)
            request.Recall = recall;
        if (query.ScoreThreshold is { } threshold)
            request.ScoreThreshold = threshold;
        request.Parts.AddRange(query.Parts.Select(WireMapping.ToWire));
        request.AtLeast.AddRange(query.AtLeast.Select(p => new V1.ShardPosition { Shard = p.Shard, Position = p.Position }));

        var response = await InvokeAsync(o => _search.QueryAsync(request, o), cancellationToken);
        return new SearchResult(
            [.. response.Hits.Select(WireMapping.FromWire)], response.ShardsAnswered, response.ShardsTotal,
            new SearchEffort(response.Effort?.Partitions ?? 0, response.Effort?.Scanned ?? 0, response.Effort?.Refined ?? 0, response.Effort?.Scored ?? 0));
    }

    /// <summary>Turns up to 256 texts and pictures into vectors, each normalised to length 1, in their order.</summary>
    public async Task<IReadOnlyList<ReadOnlyMemory<float>>> EncodeAsync(
        string bundle, IReadOnlyList<Content> contents, CancellationToken cancellationToken = default)
    {
        var request = new V1.EncodeRequest { Bundle = bundle };
        request.Contents.AddRange(contents.Select(WireMapping.ToWire));
        var response = await InvokeAsync(o => _encoders.EncodeAsync(request, o), cancellationToken);
        return [.. response.Vectors.Select(WireMapping.FromWire)];
    }

    /// <summary>The encoder bundles that the server has loaded.</summary>
    public async Task<IReadOnlyList<BundleInfo>> ListBundlesAsync(CancellationToken cancellationToken = default)
    {
        var response = await InvokeAsync(o => _encoders.ListBundlesAsync(new(), o), cancellationToken);
        return [.. response.Bundles.Select(b => new BundleInfo(
            b.Name, b.Version, b.Dimension, [.. b.Modalities.Select(m => (Modality)m)], b.Description, b.License))];
    }
}
