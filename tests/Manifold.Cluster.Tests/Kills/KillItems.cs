using Manifold.Protocol.V1;

namespace Manifold.Cluster.Tests;

/// <summary>Items that carry one number in attribute and vector, so that half an item would show.</summary>
internal static class KillItems
{
    public const int Dimension = 8;

    public static ItemInput Make(string id, long value) => new()
    {
        Item = new Item
        {
            Id = id,
            Vectors = { ["default"] = new Vector { Values = { Enumerable.Repeat((float)value, Dimension) } } },
            Attributes = { ["value"] = new AttributeValue { NumberValue = value } },
        },
    };

    /// <summary>Everything in a collection; asserts that pages are in order without duplicates, that items are whole, and that count and search agree.</summary>
    public static async Task<Dictionary<string, long>> ReadAllAsync(ServerProcess server, string collection, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, long>();
        var after = "";
        do
        {
            var request = new ScrollRequest { Collection = collection, After = after, Limit = 1000, WithVectors = true };
            var page = await server.Items.ScrollAsync(request, cancellationToken: cancellationToken);
            foreach (var item in page.Items)
            {
                Assert.True(string.CompareOrdinal(after, item.Id) < 0, $"{item.Id} comes after {after}");
                after = item.Id;
                var value = (long)item.Attributes["value"].NumberValue;
                Assert.All(ReadVector(item.Vectors["default"]), component => Assert.Equal(value, component));
                found.Add(item.Id, value);
            }
            after = page.Next;
        }
        while (after.Length > 0);

        Assert.Equal(found.Count, (await server.Items.CountAsync(new CountRequest { Collection = collection }, cancellationToken: cancellationToken)).Count);
        var query = new QueryRequest
        {
            Collection = collection,
            Parts = { new QueryPart { Vector = new Vector { Values = { Enumerable.Repeat(1f, Dimension) } } } },
            Limit = 10_000,
            IdsOnly = true,
        };
        var hits = (await server.Search.QueryAsync(query, cancellationToken: cancellationToken)).Hits;
        Assert.Equal(found.OrderByDescending(f => f.Value).Select(f => (f.Key, (float)f.Value * Dimension)), hits.Select(h => (h.Item.Id, h.Score)));
        return found;
    }

    private static float[] ReadVector(Vector vector) =>
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(vector.Packed.Span).ToArray();
}
