using Amazon.Runtime;

namespace Manifold.Storage.Tests;

/// <summary>What the URI leaves open comes from the environment. Each test changes variables of this process, so they are one class, one after the other.</summary>
public sealed class S3ConnectionTests : IDisposable
{
    private static readonly string[] Variables = ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION", "AWS_DEFAULT_REGION"];

    private readonly Dictionary<string, string?> _before = Variables.ToDictionary(name => name, Environment.GetEnvironmentVariable);

    public S3ConnectionTests() => Array.ForEach(Variables, name => Environment.SetEnvironmentVariable(name, null));

    public void Dispose()
    {
        foreach (var (name, value) in _before)
            Environment.SetEnvironmentVariable(name, value);
    }

    [Fact]
    public void Endpoint_UriThenS3sThenAll_IsTheFirstThatIsSet()
    {
        Assert.Null(S3Connection.EndpointOf(SegmentStoreUri.Parse("s3://bucket")));
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL", "http://all:1");
        Assert.Equal("http://all:1/", S3Connection.EndpointOf(SegmentStoreUri.Parse("s3://bucket"))?.ToString());
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", "http://s3:2");
        Assert.Equal("http://s3:2/", S3Connection.EndpointOf(SegmentStoreUri.Parse("s3://bucket"))?.ToString());
        Assert.Equal("http://uri:3/", S3Connection.EndpointOf(SegmentStoreUri.Parse("s3://bucket?endpoint=http://uri:3"))?.ToString());
        Environment.SetEnvironmentVariable("AWS_ENDPOINT_URL_S3", "s3:2");
        var error = Assert.Throws<FormatException>(() => S3Connection.EndpointOf(SegmentStoreUri.Parse("s3://bucket")));
        Assert.Contains("AWS_ENDPOINT_URL_S3 is \"s3:2\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Region_NeitherItNorAnEndpointIsKnown_NamesTheKeyAndWhatToDo()
    {
        var error = Assert.Throws<FormatException>(() => Open("s3://bucket/a"));
        foreach (var named in new[] { "Manifold:SegmentStore", "s3://bucket/a", "?region=", "?endpoint=" })
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Region_UriOrEndpoint_IsEnough()
    {
        Assert.Equal("eu-central-1", Open("s3://bucket?region=eu-central-1").RegionEndpoint.SystemName);
        var own = Open("s3://bucket?endpoint=http://127.0.0.1:9000");
        Assert.Equal(("http://127.0.0.1:9000", "us-east-1"), (own.ServiceURL.TrimEnd('/'), own.AuthenticationRegion));
        Assert.Equal("north-9", Open("s3://bucket?endpoint=http://127.0.0.1:9000&region=north-9").AuthenticationRegion);
    }

    private static IClientConfig Open(string text)
    {
        var uri = SegmentStoreUri.Parse(text);
        using var client = S3Connection.Open(uri, S3Connection.EndpointOf(uri), new BasicAWSCredentials("key", "secret"));
        return client.Config;
    }
}
