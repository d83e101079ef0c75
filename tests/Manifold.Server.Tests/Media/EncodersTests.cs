using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Encoding without a collection.</summary>
public sealed class EncodersTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Fact]
    public async Task ListBundles_LoadedBundle_IsDescribed()
    {
        var bundle = Assert.Single(await _server.ListBundlesAsync(), b => b.Name == "tests");
        Assert.Equal(("1.0.0", 3, "Apache-2.0"), (bundle.Version, bundle.Dimension, bundle.License));
        Assert.Equal([Modality.Text, Modality.Image, Modality.Audio], bundle.Modalities.Order());
    }

    [Fact]
    public async Task Encode_TextsAndPictures_GivesUnitVectorsInOrder()
    {
        var request = new EncodeRequest { Bundle = "tests" };
        for (var i = 0; i < 128; i++)
        {
            request.Contents.Add(Requests.Image(Pictures.Solid(i % 2 == 0 ? "red" : "blue")));
            request.Contents.Add(Requests.Text($"text {i}"));
        }
        var vectors = (await _server.EncodeAsync(request)).Vectors.Select(Requests.Read).ToArray();

        Assert.Equal(256, vectors.Length);
        Assert.All(vectors, v => Assert.Equal(1, v.Sum(c => c * c), 1e-5));
        for (var i = 0; i < 128; i++)
        {
            Assert.Equal(1, vectors[2 * i][i % 2 == 0 ? 0 : 2], 1e-3);
        }
    }

    [Fact]
    public async Task Encode_BadRequest_NamesTheField()
    {
        await Refusal.AssertAsync(StatusCode.NotFound, _server.EncodeAsync(new EncodeRequest { Bundle = "none", Contents = { Requests.Text("x") } }), "bundle");
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.EncodeAsync(new EncodeRequest { Bundle = "tests" }), "contents");
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument,
            _server.EncodeAsync(new EncodeRequest { Bundle = "tests", Contents = { Enumerable.Repeat(Requests.Text("x"), 257) } }),
            "contents");
        await Refusal.AssertAsync(
            StatusCode.InvalidArgument, _server.EncodeAsync(new EncodeRequest { Bundle = "tests", Contents = { Requests.Text("x"), new Content() } }), "contents[1]");
    }

    [Fact]
    public async Task Encode_SeveralBadContents_AllAreNamed() => await Refusal.AssertAsync(
        StatusCode.InvalidArgument,
        _server.EncodeAsync(new EncodeRequest { Bundle = "tests", Contents = { Requests.Text(""), Requests.Text("x"), Requests.Image([1, 2, 3]) } }),
        "contents[0]", "contents[2]");
}
