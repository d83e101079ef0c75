using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Manifold.Storage.Tests;

/// <summary>An S3 server of its own on a free port of loopback: s3rver under Node.js, as tests/run.sh installs it. It ends with this process, however that ends.</summary>
public sealed class S3rver : IAsyncLifetime
{
    public const string Bucket = "segments";

    /// <summary>What s3rver takes for access key and secret.</summary>
    public const string Key = "S3RVER";

    // Its standard input closes when this process is gone.
    private const string Script =
        """
        const [, S3rver, directory, bucket] = process.argv;
        new (require(S3rver))({ directory, address: '127.0.0.1', port: 0, silent: true, vhostBuckets: false, configureBuckets: [{ name: bucket, configs: [] }] })
          .run().then(({ port }) => console.log(port));
        process.stdin.resume();
        process.stdin.on('end', () => process.exit());
        """;

    private Process? _process;

    /// <summary>Where it keeps buckets, a folder each.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("manifold-s3rver-").FullName;

    /// <summary>Where it listens.</summary>
    public Uri Endpoint { get; private set; } = null!;

    private static string Package
    {
        get
        {
            var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
            var data = Set("MANIFOLD_DATA") ?? Path.Combine(Set("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache"), "manifold-data");
            return Path.Combine(data, "s3rver-3.7.1", "node_modules", "s3rver");
        }
    }

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Directory.Exists(Package), $"there is no s3rver in {Package}: tests/run.sh installs it");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardInput = true };
        // Its continuation tokens are made with a cipher that OpenSSL 3 has among its old ones.
        foreach (var argument in new[] { "--openssl-legacy-provider", "-e", Script, Package, Folder, Bucket })
            start.ArgumentList.Add(argument);
        _process = Process.Start(start)!;
        var port = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("s3rver ended at its start");
        Endpoint = new Uri($"http://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}");
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    public void Stop()
    {
        if (_process is null)
            return;
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    public SegmentStoreUri Uri(string prefix, string bucket = Bucket) => SegmentStoreUri.Parse($"s3://{bucket}/{prefix}?endpoint={Endpoint.GetLeftPart(UriPartial.Authority)}");

    /// <summary>The file that has an object's bytes.</summary>
    public string FileOf(string key) => Path.Combine(Folder, Bucket, key) + "._S3rver_object";

    /// <summary>The user metadata of an object, as they were sent.</summary>
    public Dictionary<string, string> MetadataOf(string key) =>
        JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(Path.Combine(Folder, Bucket, key) + "._S3rver_metadata.json"))!;

    /// <summary>All files under a prefix, with what is half-made.</summary>
    public IEnumerable<string> Files(string prefix) => Path.Combine(Folder, Bucket, prefix) is var folder && Directory.Exists(folder)
        ? Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        : [];

    private static string? Set(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
}
