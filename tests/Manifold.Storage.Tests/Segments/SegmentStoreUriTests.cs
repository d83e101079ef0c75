namespace Manifold.Storage.Tests;

public sealed class SegmentStoreUriTests
{
    [Theory]
    [InlineData("file:///srv/segments", "/srv/segments")]
    [InlineData("file://localhost/srv/a%20b%3F", "/srv/a b?")]
    [InlineData("/srv/segments/", "/srv/segments/")]
    [InlineData("/srv/../segments", "/segments")]
    public void Parse_Folder_IsAbsolute(string text, string folder)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "paths of Unix");
        var uri = SegmentStoreUri.Parse(text);
        Assert.Equal((folder, null), (uri.Folder, uri.Bucket));
        Assert.Equal(uri, SegmentStoreUri.Parse(uri.ToString()));
    }

    [Fact]
    public void Parse_RelativePath_IsBelowTheWorkingFolder() =>
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, "a", "b"), SegmentStoreUri.Parse("a/b").Folder);

    [Theory]
    [InlineData("s3://my-bucket", "my-bucket", "", null, null)]
    [InlineData("S3://my-bucket/", "my-bucket", "", null, null)]
    [InlineData("s3://my.bucket/a/B_c/", "my.bucket", "a/B_c", null, null)]
    [InlineData("s3://my-bucket/a?region=eu-central-1", "my-bucket", "a", null, "eu-central-1")]
    [InlineData("s3://my-bucket?endpoint=http://127.0.0.1:9000&region=x", "my-bucket", "", "http://127.0.0.1:9000/", "x")]
    [InlineData("s3://my-bucket/a?endpoint=https%3A%2F%2Fstore.example%2F", "my-bucket", "a", "https://store.example/", null)]
    public void Parse_S3_GivesItsParts(string text, string bucket, string prefix, string? endpoint, string? region)
    {
        var uri = SegmentStoreUri.Parse(text);
        Assert.Equal((null, bucket, prefix, endpoint, region), (uri.Folder, uri.Bucket, uri.Prefix, uri.Endpoint?.ToString(), uri.Region));
        Assert.Equal(uri, SegmentStoreUri.Parse(uri.ToString()));
    }

    [Theory]
    [InlineData("", "file:///path")]
    [InlineData("  ", "s3://bucket/prefix")]
    [InlineData("gs://bucket", "s3://bucket/prefix")]
    [InlineData("http://127.0.0.1:9000/bucket", "s3://bucket/prefix")]
    [InlineData("file://srv/segments", "three slashes")]
    [InlineData("file:///srv?a=b", "%3F")]
    [InlineData("s3://", "bucket")]
    [InlineData("s3:///a", "bucket")]
    [InlineData("s3://ab/a", "3 to 63")]
    [InlineData("s3://Bucket/a", "lower-case")]
    [InlineData("s3://bucket/a//b", "prefix")]
    [InlineData("s3://bucket/../b", "prefix")]
    [InlineData("s3://bucket/a b", "prefix")]
    [InlineData("s3://bucket/a?endpoint=127.0.0.1:9000", "endpoint")]
    [InlineData("s3://bucket/a?endpoint=ftp://a", "endpoint")]
    [InlineData("s3://bucket/a?endpoint=http://a/path", "endpoint")]
    [InlineData("s3://bucket/a?region=", "region")]
    [InlineData("s3://bucket/a?regoin=x", "regoin")]
    public void Parse_NoStore_NamesKeyValueAndWhatIsWrong(string text, string named)
    {
        var error = Assert.Throws<FormatException>(() => SegmentStoreUri.Parse(text));
        Assert.Contains("Manifold:SegmentStore is", error.Message, StringComparison.Ordinal);
        Assert.Contains($"\"{text}\"", error.Message, StringComparison.Ordinal);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Credentials_AreRefusedAndNotRepeated()
    {
        var error = Assert.Throws<FormatException>(() => SegmentStoreUri.Parse("s3://me:secret@bucket/a"));
        Assert.Contains("AWS_ACCESS_KEY_ID", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret@", error.Message, StringComparison.Ordinal);
    }
}
