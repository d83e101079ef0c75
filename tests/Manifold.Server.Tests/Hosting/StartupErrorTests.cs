using System.Net;
using System.Net.Sockets;
using Manifold.Encoders.Tests;
using Manifold.Storage.Tests;

namespace Manifold.Server.Tests;

/// <summary>What keeps a server from starting is said in words for the person who started it: the key, the value, what to do.</summary>
public sealed class StartupErrorTests(SharedServer shared)
{
    private static readonly Dictionary<string, ((string Key, string Value)[] Settings, string[] Named)> BadOptions = new()
    {
        ["port"] = ([("Manifold:Port", "65536")], ["Manifold:Port", "65536", "65535"]),
        ["text as port"] = ([("Manifold:Port", "abc")], ["Manifold:Port", "abc"]),
        ["HTTP port"] = ([("Manifold:HttpPort", "-1")], ["Manifold:HttpPort", "-1"]),
        ["no port left for HTTP"] = ([("Manifold:Port", "65535"), ("Manifold:HttpPort", "")], ["Manifold:HttpPort"]),
        ["one port for both"] = ([("Manifold:Port", "6810"), ("Manifold:HttpPort", "6810")], ["Manifold:HttpPort", "6810", "Manifold:Port"]),
        ["address"] = ([("Manifold:Listen", "everywhere")], ["Manifold:Listen", "everywhere"]),
        ["no folder"] = ([("Manifold:Data", " ")], ["Manifold:Data"]),
        ["segment store of an unknown kind"] = ([("Manifold:SegmentStore", "gs://bucket")], ["Manifold:SegmentStore", "gs://bucket", "s3://bucket/prefix"]),
        ["segment store's bucket"] = ([("Manifold:SegmentStore", "s3://Bucket/a")], ["Manifold:SegmentStore", "s3://Bucket/a", "lower-case"]),
        ["segment cache"] = ([("Manifold:SegmentCache:MaxBytes", "1000")], ["Manifold:SegmentCache:MaxBytes", "1000", "67108864"]),
        ["unknown role"] = ([("Manifold:Roles", "shard,queen")], ["Manifold:Roles", "shard,queen"]),
        ["role missing"] = ([("Manifold:Roles", "shard,gateway")], ["Manifold:Roles", "shard,gateway"]),
        ["default shard count"] = ([("Manifold:DefaultShardCount", "1025")], ["Manifold:DefaultShardCount", "1025", "1024"]),
        ["limit"] = ([("Manifold:Limits:MaxBatchItems", "0")], ["Manifold:Limits:MaxBatchItems", "0"]),
        ["shards"] = ([("Manifold:Shards:SealAfterBytes", "1")], ["Manifold:Shards:SealAfterBytes", "4096"]),
        ["encoders"] = ([("Manifold:Encoders:MaxBatchSize", "5000")], ["Manifold:Encoders:MaxBatchSize", "5000"]),
        ["device"] = ([("Manifold:Encoders:Device", "tpu")], ["Manifold:Encoders:Device", "tpu"]),
        ["unknown key"] = ([("Manifold:Prot", "6810")], ["Prot"]),
        ["unknown key in a section"] = ([("Manifold:Shards:SealAfterByte", "6810")], ["SealAfterByte"]),
        ["several at once"] = (
            [("Manifold:Port", "-1"), ("Manifold:Listen", "x"), ("Manifold:Limits:MaxHits", "0"), ("Manifold:Shards:MaxWriters", "0"), ("Manifold:Encoders:MaxQueueLength", "0")],
            ["Manifold:Port", "Manifold:Listen", "Manifold:Limits:MaxHits", "Manifold:Shards:MaxWriters", "Manifold:Encoders:MaxQueueLength"]),
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> BadOptionNames => [.. BadOptions.Keys];

    [Theory]
    [MemberData(nameof(BadOptionNames))]
    public async Task Start_BadOption_NamesTheKeyAndTheValue(string bad)
    {
        using var folder = new TemporaryFolder();
        var (settings, named) = BadOptions[bad];
        await AssertFailsAsync(folder.Path, settings, named);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("Manifold:Port")]
    [InlineData("Manifold:HttpPort")]
    public async Task Start_PortInUse_NamesThePort(string key)
    {
        using var folder = new TemporaryFolder();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var port = ((IPEndPoint)other.LocalEndpoint).Port;
        await AssertFailsAsync(folder.Path, [(key, $"{port}")], [$"{key} {(key == "Manifold:Port" ? "is " : "")}{port}", "in use"]);

        // What failed to start holds nothing.
        await using var server = await TestServer.StartAsync(folder.Path);
    }

    [Fact]
    public async Task Start_DataFolderBelowAFile_NamesTheFolder()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "not a folder", Cancel);
        await AssertFailsAsync(Path.Combine(file, "data"), [], ["Manifold:Data", Path.Combine(file, "data")]);
        await AssertFailsAsync(file, [], ["Manifold:Data", file]);
    }

    [Fact]
    public async Task Start_DataFolderThatMayNotBeWritten_NamesTheFolder()
    {
        // Not even root may write here.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "needs /proc");
        await AssertFailsAsync("/proc/manifold", [], ["Manifold:Data", "/proc/manifold"]);
    }

    [Fact]
    public async Task Start_DataFolderOfARunningServer_NamesTheFolderAndTheProcess()
    {
        using var folder = new TemporaryFolder();
        await using (await TestServer.StartAsync(folder.Path))
        {
            await AssertFailsAsync(folder.Path, [], ["Manifold:Data", folder.Path, $"process {Environment.ProcessId}"]);
        }
        await using var next = await TestServer.StartAsync(folder.Path);
    }

    [Fact]
    public async Task Start_CudaWhereThereIsNone_SaysSo()
    {
        using var folder = new TemporaryFolder();
        Assert.SkipUnless((await shared.Server.GetStatusAsync()).EncoderDevice == "cpu", "this machine has CUDA");
        await AssertFailsAsync(folder.Path, [("Manifold:Encoders:Device", "cuda")], ["Manifold:Encoders:Device", "cuda"]);
    }

    [Fact]
    public async Task Start_SegmentStoreThatDoesNotAnswer_NamesTheKeyAndTheEndpoint()
    {
        using var folder = new TemporaryFolder();
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var endpoint = $"http://{silent.LocalEndpoint}";
        silent.Stop();
        // The same as SegmentStoreTests, which may run at the same time: variables are the whole process's.
        Environment.SetEnvironmentVariable("AWS_ACCESS_KEY_ID", S3rver.Key);
        Environment.SetEnvironmentVariable("AWS_SECRET_ACCESS_KEY", S3rver.Key);
        await AssertFailsAsync(folder.Path, [("Manifold:SegmentStore", $"s3://bucket/a?endpoint={endpoint}")], ["Manifold:SegmentStore", endpoint, "cannot be reached"]);
    }

    [Fact]
    public async Task Start_SegmentStoreBelowAFile_NamesTheKeyAndTheFolder()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "not a folder", Cancel);
        await AssertFailsAsync(folder.Path, [("Manifold:SegmentStore", $"file://{file}/store")], ["Manifold:SegmentStore", $"{file}/store"]);
    }

    [Fact]
    public async Task Start_SegmentCacheInUse_NamesTheKeyAndTheFolder()
    {
        using var folder = new TemporaryFolder();
        var cache = Path.Combine(folder.Path, "cache");
        using var held = Storage.FolderLock.Acquire(cache);
        await AssertFailsAsync(
            folder.Path, [("Manifold:SegmentStore", "s3://bucket?region=x"), ("Manifold:SegmentCache:Folder", cache)], ["Manifold:SegmentCache:Folder", cache, $"{Environment.ProcessId}"]);
    }

    [Theory]
    [InlineData("missing file", "text.onnx", "not there")]
    [InlineData("wrong hash", "image.onnx", "sha256")]
    [InlineData("wrong output shape", "text.onnx", "dimension")]
    [InlineData("no manifest", "bundle.json", "nor")]
    [InlineData("unknown key", "bundle.json", "colour")]
    public async Task Start_BrokenBundle_NamesTheFileAndWhatIsWrong(string fault, string file, string word)
    {
        using var folder = new TemporaryFolder();
        using var bundle = new TestBundle("broken", textModel: fault == "wrong output shape" ? OnnxFile.Text(TestBundle.Table(5)) : null);
        var path = Path.Combine(bundle.Folder, file);
        switch (fault)
        {
            case "missing file" or "no manifest":
                File.Delete(path);
                break;
            case "wrong hash":
                var bytes = await File.ReadAllBytesAsync(path, Cancel);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(path, bytes, Cancel);
                break;
            case "unknown key":
                bundle.Edit("\"version\"", "\"colour\": 1, \"version\"");
                break;
        }
        await AssertFailsAsync(folder.Path, [("Manifold:Encoders:BundleFolders:0", bundle.Folder)], [bundle.Folder, file, word]);
    }

    [Fact]
    public async Task Start_BundleFolderThatIsNotThere_NamesTheKeyAndTheFolder()
    {
        using var folder = new TemporaryFolder();
        var missing = Path.Combine(folder.Path, "no-bundles");
        await AssertFailsAsync(folder.Path, [("Manifold:Encoders:BundleFolders:0", missing)], ["Manifold:Encoders:BundleFolders", missing]);
    }

    private static async Task AssertFailsAsync(string data, IEnumerable<(string, string)> settings, IEnumerable<string> named)
    {
        var failure = await Assert.ThrowsAsync<StartupException>(async () =>
        {
            await using var server = await TestServer.StartAsync(data, settings);
        });
        Assert.All(named, word => Assert.Contains(word, failure.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("Exception", failure.Message, StringComparison.Ordinal);
    }
}
