using System.Diagnostics;
using System.Runtime.InteropServices;
using Grpc.Core;
using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

internal sealed class SearchService(CatalogCache collections, EncoderClient encoders, Coordinator coordinator, QueryAdmission admission, ServerOptions options) : V1.Search.SearchBase
{
    public override async Task<V1.QueryResponse> Query(V1.QueryRequest request, ServerCallContext context)
    {
        var started = Stopwatch.GetTimestamp();
        var outcome = "";
        try
        {
            var response = await admission.RunAsync(() => QueryAsync(request, context));
            outcome = response.ShardsAnswered == response.ShardsTotal ? "complete" : "partial";
            return response;
        }
        catch (Exception e)
        {
            outcome = GrainMetrics.CodeOf(e);
            throw;
        }
        finally
        {
            var collection = collections.Knows(request.Collection) ? request.Collection : GrainMetrics.UnknownCollection;
            GrainMetrics.CountQuery(collection, KindOf(request), outcome);
            GrainMetrics.RecordPhase(collection, QueryPhases.Total, started);
        }
    }

    private static string KindOf(V1.QueryRequest request) => request.Parts.Count switch
    {
        0 => "words",
        _ when request.Match is not null => "hybrid",
        > 1 => "several",
        _ => request.Parts[0].KindCase switch
        {
            V1.QueryPart.KindOneofCase.Text => "text",
            V1.QueryPart.KindOneofCase.Image => "image",
            V1.QueryPart.KindOneofCase.ItemId => "item",
            _ => "vector",
        },
    };

    private async Task<V1.QueryResponse> QueryAsync(V1.QueryRequest request, ServerCallContext context)
    {
        var limit = request.Limit == 0 ? Math.Min(10, options.Limits.MaxHits) : request.Limit;
        if (limit < 1 || limit > options.Limits.MaxHits)
        {
            throw ManifoldException.Invalid("limit", $"the limit must be 1 to {options.Limits.MaxHits}; {limit} was given");
        }
        if ((request.Parts.Count < 1 && request.Match is null) || request.Parts.Count > options.Limits.MaxQueryParts)
        {
            throw ManifoldException.Invalid("parts", $"a query has 1 to {options.Limits.MaxQueryParts} parts, or words to match; {request.Parts.Count} parts were given");
        }
        if (request.HasScoreThreshold && float.IsNaN(request.ScoreThreshold))
        {
            throw ManifoldException.Invalid("score_threshold", "the threshold is not a number");
        }
        var recall = request.Exact ? 1 : request.HasRecall ? request.Recall : SearchQuery.DefaultRecall;
        if (recall is not (> 0 and <= 1))
        {
            throw ManifoldException.Invalid("recall", $"the recall must be above 0 and at most 1; {recall} was given");
        }
        var filter = FilterMapping.ReadEncoded(request.Filter);
        var match = MatchMapping.ReadMatch(request.Match, limit, filter);
        var fusion = MatchMapping.ReadFusion(request);
        return await collections.WithAsync(request.Collection, async collection =>
        {
            options.Limits.CheckAnswer(limit, collection, request.WithVectors && !request.IdsOnly, "limit");
            if (request.AtLeast.Any(position => position.Shard >= collection.ShardCount) || (request.Space.Length > 0 && collection.FindSpace(request.Space) is null))
            {
                // Another gateway may know of more.
                collections.Forget(collection);
                collection = await collections.GetAsync(request.Collection);
            }
            var space = collection.Space(request.Space, "space");
            var atLeast = ReadPositions(request, collection);
            ShardSearch? byVector = null;
            if (request.Parts.Count > 0)
            {
                var started = Stopwatch.GetTimestamp();
                var vector = QueryVector.Combine(space, await ReadPartsAsync(request, collection, space, atLeast, context.CancellationToken));
                GrainMetrics.RecordPhase(collection.Name, QueryPhases.Encode, started);
                options.Limits.CheckMatches(limit, vector.Length / space.Dimension, space);
                byVector = new ShardSearch(
                    space.Name, MemoryMarshal.AsBytes(vector.AsSpan()).ToArray(), limit, filter,
                    request.HasScoreThreshold ? request.ScoreThreshold : null, 0, recall);
            }
            var search = new CollectionSearch(
                collection,
                byVector,
                [.. request.Parts.Where(p => p.KindCase == V1.QueryPart.KindOneofCase.ItemId).Select(p => p.ItemId)],
                atLeast,
                WithItems: !request.IdsOnly,
                request.WithVectors,
                request.AllowPartial,
                limit,
                match,
                fusion,
                ReadConsistency(request.Consistency));
            var hits = await coordinator.SearchAsync(search, context.CancellationToken);
            return Write(hits, collection.ShardCount);
        });
    }

    /// <summary>The vector and weight of each part: texts and pictures through the space's encoder, items from the collection.</summary>
    private async Task<List<(float[] Vector, double Weight)>> ReadPartsAsync(
        V1.QueryRequest request, CollectionInfo collection, SpaceInfo space, Dictionary<int, long> atLeast, CancellationToken cancellationToken)
    {
        var vectors = await Task.WhenAll(request.Parts.Select(async (part, i) =>
        {
            var field = $"parts[{i}]";
            var vector = part.KindCase switch
            {
                V1.QueryPart.KindOneofCase.Vector => VectorMapping.Read(part.Vector, $"{field}.vector"),
                V1.QueryPart.KindOneofCase.Text => await EncodeAsync(EncodeContent.OfText(part.Text), collection, space, $"{field}.text", cancellationToken),
                V1.QueryPart.KindOneofCase.Image => await EncodeAsync(
                    EncodeContent.OfImage(part.Image.ToByteArray()), collection, space, $"{field}.image", cancellationToken),
                V1.QueryPart.KindOneofCase.Audio => await EncodeAsync(
                    EncodeContent.OfAudio(part.Audio.ToByteArray()), collection, space, $"{field}.audio", cancellationToken),
                V1.QueryPart.KindOneofCase.Video => await EncodeAsync(
                    EncodeContent.OfVideo(part.Video.ToByteArray()), collection, space, $"{field}.video", cancellationToken),
                V1.QueryPart.KindOneofCase.ItemId => await GetVectorAsync(part.ItemId, collection, space, $"{field}.item_id", atLeast, cancellationToken),
                _ => throw ManifoldException.Invalid(field, "the part is empty: give a vector, text, image, audio, video or item id"),
            };
            if (!space.ToSchema().Fits(vector.Length))
            {
                throw ManifoldException.Invalid(
                    part.KindCase == V1.QueryPart.KindOneofCase.Vector ? $"{field}.vector" : field,
                    $"space \"{space.Name}\" has {space.Dimension} dimensions, and the vector {vector.Length}");
            }
            if (vector.Length / space.Dimension > SearchQuery.MaxVectors)
            {
                throw ManifoldException.Invalid(field, $"a query has at most {SearchQuery.MaxVectors} vectors, and this one {vector.Length / space.Dimension}");
            }
            if (!VectorMath.IsFinite(vector))
            {
                throw ManifoldException.Invalid($"{field}.vector", "the vector has components that are not finite numbers");
            }
            var weight = part.HasWeight ? part.Weight : 1;
            return float.IsFinite((float)weight) && (float)weight != 0
                ? (vector, weight)
                : throw ManifoldException.Invalid($"{field}.weight", $"the weight must be a float32 number and not 0; {weight} was given");
        }));
        return [.. vectors];
    }

    private async Task<float[]> EncodeAsync(
        EncodeContent content, CollectionInfo collection, SpaceInfo space, string field, CancellationToken cancellationToken)
    {
        if (space.Encoder.Length == 0)
        {
            throw ManifoldException.Invalid(field, $"space \"{space.Name}\" of collection \"{collection.Name}\" has no encoder: search it by vector or item id");
        }
        var encoded = await encoders.EncodeAsync(space, [content], TimeSpan.Zero, cancellationToken);
        return encoded[0] switch
        {
            { Vector: { } vector } => MemoryMarshal.Cast<byte, float>(vector).ToArray(),
            { Error: var error } => throw new ManifoldException(error!.Kind, error.Message, field, error.RetryAfter),
        };
    }

    private async Task<float[]> GetVectorAsync(
        string id, CollectionInfo collection, SpaceInfo space, string field, Dictionary<int, long> atLeast, CancellationToken cancellationToken)
    {
        var get = new ShardGet([id], WithVectors: true, atLeast.GetValueOrDefault(ShardKey.ShardOf(id, collection.ShardCount)));
        var found = await coordinator.GetAsync(collection, get, cancellationToken);
        if (found.Items[0] is not { } item)
        {
            throw new ManifoldException(ErrorKind.NotFound, $"collection \"{collection.Name}\" has no item \"{id}\"", field);
        }
        return ItemView.Read(item, out _).TryGetVector(space.Name, out var vector)
            ? vector.ToArray()
            : throw ManifoldException.Invalid(field, $"item \"{id}\" has no vector in space \"{space.Name}\"");
    }

    private static Dictionary<int, long> ReadPositions(V1.QueryRequest request, CollectionInfo collection)
    {
        var positions = new Dictionary<int, long>();
        foreach (var position in request.AtLeast)
        {
            if (position.Shard < 0 || position.Shard >= collection.ShardCount)
            {
                throw ManifoldException.Invalid("at_least", $"collection \"{collection.Name}\" has no shard {position.Shard}");
            }
            positions[position.Shard] = Math.Max(position.Position, positions.GetValueOrDefault(position.Shard));
        }
        return positions;
    }

    private static V1.QueryResponse Write(CollectionHits hits, int shards)
    {
        var response = new V1.QueryResponse
        {
            ShardsAnswered = hits.ShardsAnswered,
            ShardsTotal = shards,
            Effort = new V1.SearchEffort { Partitions = hits.Effort[0], Scanned = hits.Effort[1], Refined = hits.Effort[2], Scored = hits.Effort[3] },
        };
        var scores = MemoryMarshal.Cast<byte, float>(hits.Scores);
        for (var i = 0; i < hits.Ids.Length; i++)
        {
            var item = hits.Items.Length > 0 ? ItemMapping.Write(hits.Items[i]!) : new V1.Item { Id = hits.Ids[i] };
            var hit = new V1.Hit { Item = item, Score = scores[i] };
            if (hits.Matches is { } matches)
            {
                hit.Matches.AddRange(HitMatches.Unpack(matches[i]).Select(PlaceMapping.Write));
            }
            response.Hits.Add(hit);
        }
        return response;
    }

    private static bool ReadConsistency(V1.Consistency consistency) => consistency switch
    {
        V1.Consistency.Unspecified or V1.Consistency.Any => false,
        V1.Consistency.Leader => true,
        _ => throw ManifoldException.Invalid("consistency", $"there is no consistency {(int)consistency}"),
    };
}
