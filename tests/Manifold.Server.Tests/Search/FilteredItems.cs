using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>A collection of 200 items over 3 shards, some with and some without each attribute, for the filter tests to share.</summary>
public sealed class FilteredItems(SharedServer shared) : IAsyncLifetime
{
    public static readonly DateTimeOffset Start = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public string Collection { get; private set; } = "";

    public IReadOnlyList<Item> All { get; } = [.. Enumerable.Range(0, 200).Select(Make)];

    public async ValueTask InitializeAsync()
    {
        Collection = await shared.Server.CreateAsync(dimension: 2, shards: 3);
        foreach (var batch in All.Chunk(50))
        {
            await shared.Server.UpsertAsync(Collection, batch.Select(item => new ItemInput { Item = item }));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static Item Make(int i)
    {
        var item = Requests.Item($"i{i:000}", i, 1).Item;
        item.Modality = (Modality)(i % 4);
        if (i % 5 != 0)
        {
            item.Attributes["colour"] = Requests.Value((i % 3) switch { 0 => "red", 1 => "grün", _ => "青" });
        }
        if (i % 7 != 0)
        {
            item.Attributes["size"] = Requests.Value((i - 100) / 4.0);
            item.Attributes["day"] = Requests.Value(Start.AddDays(i));
        }
        if (i % 3 == 0)
        {
            item.Attributes["sold"] = Requests.Value(i % 2 == 0);
            item.Attributes["tags"] = Requests.Values(Enumerable.Range(0, i % 4).Select(t => $"tag{t}"));
        }
        if (i % 2 == 0)
        {
            item.Attributes["place"] = Requests.Value((i / 4.0) - 25, i < 80 ? 100 + i : i - 259);
        }
        if (i % 11 == 0)
        {
            item.Attributes["mixed"] = i % 2 == 0 ? Requests.Value("1") : Requests.Value(1);
        }
        return item;
    }
}
