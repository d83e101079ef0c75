using Manifold.Encoders.Tests;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

public sealed class EncoderPushbackTests
{
    [Fact]
    public async Task Upsert_MoreThanTheEncodersQueueHolds_WaitsForRoomInsteadOfFailing()
    {
        using var folder = new TemporaryFolder();
        using var bundle = new TestBundle();
        await using var server = await TestServer.StartAsync(
            folder.Path, ("Manifold:Encoders:BundleFolders:0", bundle.Folder), ("Manifold:Encoders:MaxQueueLength", "4"));
        await server.CreateAsync(new CreateCollectionRequest { Name = "media", Spaces = { new Space { Encoder = "tests" } } });

        var batches = Enumerable.Range(0, 4).Select(batch => new UpsertRequest
        {
            Collection = "media",
            Items = { Enumerable.Range(0, 200).Select(i => new ItemInput { Item = new Item { Id = $"{batch}-{i}" }, Content = Requests.Text($"text {i}") }) },
        });
        var results = await Task.WhenAll(batches.Select(batch => server.UpsertAsync(batch)));

        Assert.All(results, result => Assert.Equal(200, result.Written));
        Assert.Equal(800, await server.CountAsync("media"));
    }
}
