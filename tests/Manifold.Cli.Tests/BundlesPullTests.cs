using Manifold.Cli.Bundles;
using Manifold.Encoders;
using Manifold.Encoders.Tests;

namespace Manifold.Cli.Tests;

public sealed class BundlesPullTests : IAsyncLifetime
{
    private const string Name = "tiny-clip";

    /// <summary>Of the text model, the first by name, which has 1.5 MB.</summary>
    private const int Half = 800_000;

    private readonly TestModel _model = TestModel.Clip();
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _notes = [];
    private BundleServer _server = null!;

    private string Library => _folder.File("library");

    private string Served(string file) => Path.Combine(_model.Library, Name, file);

    public async ValueTask InitializeAsync()
    {
        _model.Import();
        _server = await BundleServer.StartAsync(_model.Library);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
        _model.Dispose();
    }

    [Fact]
    public async Task Pull_Bundle_IsWholeInTheLibrary()
    {
        var run = await ToolRun.OfAsync("bundles", "pull", Name, "--from", $"{_server.Address}", "--library", Library, "--json");

        Assert.Equal(0, run.ExitCode);
        Assert.Equal((Name, 8, Path.Combine(Library, Name)), (run.Json.GetProperty("name").GetString(), run.Json.GetProperty("dimension").GetInt32(), run.Json.GetProperty("path").GetString()));
        Assert.Equal(File.ReadAllBytes(Served("bundle.json")), File.ReadAllBytes(Path.Combine(Library, Name, "bundle.json")));
        using var encoder = new BundleEncoder(Bundle.Load(Path.Combine(Library, Name)));
        Assert.Single(encoder.EncodeTexts(["a photo of a cat"]));
        Assert.Equal([Name], Entries());

        Assert.Contains("is there already", (await ToolRun.OfAsync("bundles", "pull", Name, "--from", $"{_server.Address}", "--library", Library)).Error, StringComparison.Ordinal);
        Assert.Equal(0, (await ToolRun.OfAsync("bundles", "pull", Name, "--from", $"{_server.Address}/", "--library", Library, "--replace")).ExitCode);
    }

    [Fact]
    public async Task Pull_ConnectionThatBreaks_GoesOnFromThere()
    {
        _server.BreakOffs.Enqueue(Half);
        await PullAsync();

        Bundle.Load(Path.Combine(Library, Name));
        var requests = _server.Requests.Where(r => r.File == "text_model.onnx").ToList();
        Assert.Equal(2, requests.Count);
        Assert.InRange(requests[1].From!.Value, 1, Half);
        Assert.Equal("\"one\"", requests[1].IfRange);
        Assert.Contains("trying again", Assert.Single(_notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_AfterOneThatWasStopped_GoesOnFromThere()
    {
        for (var i = 0; i < 6; i++)
            _server.BreakOffs.Enqueue(i == 0 ? Half : 0);
        var failure = await Assert.ThrowsAsync<ToolException>(() => PullAsync());
        Assert.Contains("the same command goes on from there", failure.Message, StringComparison.Ordinal);
        Assert.Equal([$".{Name}.pull"], Entries());
        Assert.False(BundleLibrary.HasBundles(Library));
        _server.Requests.Clear();

        await PullAsync();
        Assert.InRange(_server.Requests.First(r => r.File == "text_model.onnx").From!.Value, 1, Half);
        Bundle.Load(Path.Combine(Library, Name));
        Assert.Equal([Name], Entries());
    }

    [Fact]
    public async Task Pull_FileWithAnotherTagMeanwhile_BeginsAnew()
    {
        _server.BreakOffs.Enqueue(Half);
        await PullAsync(_ => _server.Tag = "two");

        Bundle.Load(Path.Combine(Library, Name));
        var requests = _server.Requests.Where(r => r.File == "text_model.onnx").ToList();
        Assert.Equal((2, "\"one\""), (requests.Count, requests[1].IfRange));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("one")]
    public async Task Pull_PartOfAnotherFile_IsNoticedAndFetchedAgain(string? tag)
    {
        _server.Tag = tag;
        var expected = Bundle.Load(Path.Combine(_model.Library, Name)).Manifest.Files["text_model.onnx"];
        _folder.Write($"library/.{Name}.pull/{expected.Sha256}.part", new byte[Half]);
        await PullAsync();

        Bundle.Load(Path.Combine(Library, Name));
        Assert.Equal([Half, null], _server.Requests.Where(r => r.File == "text_model.onnx").Select(r => r.From));
    }

    [Fact]
    public async Task Pull_WholeFileOfAnOlderDownload_IsTakenOnlyIfItFits()
    {
        _folder.Write($"library/.{Name}.pull/vision_model.onnx", new byte[new FileInfo(Served("vision_model.onnx")).Length]);
        _folder.Write($"library/.{Name}.pull/tokenizer.json", File.ReadAllBytes(Served("tokenizer.json")));
        _folder.Write($"library/.{Name}.pull/gone.onnx", "of an older version");
        await PullAsync();

        Bundle.Load(Path.Combine(Library, Name));
        Assert.Equal(["bundle.json", "text_model.onnx", "vision_model.onnx"], _server.Requests.Select(r => r.File));
        Assert.False(File.Exists(Path.Combine(Library, Name, "gone.onnx")));
    }

    [Fact]
    public async Task Pull_OtherBytesThanTheManifestSays_NamesBothChecksumsAndKeepsNothing()
    {
        var bytes = File.ReadAllBytes(Served("text_model.onnx"));
        bytes[^1] ^= 1;
        File.WriteAllBytes(Served("text_model.onnx"), bytes);

        var failure = await Assert.ThrowsAsync<ToolException>(() => PullAsync());
        Assert.Contains("text_model.onnx has the SHA-256", failure.Message, StringComparison.Ordinal);
        Assert.Contains("bundle.json says", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(Library, $".{Name}.pull")));
        Assert.Single(_server.Requests, r => r.File == "text_model.onnx");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Pull_FileOfAnotherSize_IsRefusedAtOnceWithBothSizes(int more)
    {
        var bytes = File.ReadAllBytes(Served("text_model.onnx"));
        File.WriteAllBytes(Served("text_model.onnx"), more > 0 ? [.. bytes, 0] : bytes[..^1]);
        Assert.Contains($"has {bytes.Length + more:N0} bytes, but bundle.json says {bytes.Length:N0}", (await Assert.ThrowsAsync<ToolException>(() => PullAsync())).Message, StringComparison.Ordinal);
        Assert.Empty(_notes);
    }

    [Theory]
    [InlineData(-1, "ended after 1,581,438 of 1,581,439 bytes")]
    [InlineData(1, "is longer than the 1,581,439 bytes")]
    public async Task Pull_FileOfAnotherSizeThatIsNotTold_IsNoticedAtItsEnd(int more, string problem)
    {
        var bytes = File.ReadAllBytes(Served("text_model.onnx"));
        File.WriteAllBytes(Served("text_model.onnx"), more > 0 ? [.. bytes, 0] : bytes[..^1]);
        _server.TellsLengths = false;
        Assert.Contains(problem, (await Assert.ThrowsAsync<ToolException>(() => PullAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_BusyServer_IsAskedAgain()
    {
        _server.Busy = 2;
        await PullAsync();
        Assert.Equal(2, _notes.Count);
        Bundle.Load(Path.Combine(Library, Name));
    }

    [Fact]
    public async Task Pull_WhatIsNotThere_IsSaid()
    {
        Assert.Contains("there is no bundle 'none' there", (await PullRunAsync("none", $"{_server.Address}")).Error, StringComparison.Ordinal);
        File.Delete(Served("text_model.onnx"));
        Assert.Contains("text_model.onnx is not found, though bundle.json names this file", (await PullRunAsync(Name, $"{_server.Address}")).Error, StringComparison.Ordinal);
        Directory.Move(Path.Combine(_model.Library, Name), Path.Combine(_model.Library, "other"));
        Assert.Contains("'name' is 'tiny-clip', not 'other'", (await PullRunAsync("other", $"{_server.Address}")).Error, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_model.Library, "other", "bundle.json"), "<html>");
        Assert.Contains("is not a manifest in JSON", (await PullRunAsync("other", $"{_server.Address}")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_Folder_IsReportedAndServedFromTheLibrary()
    {
        var run = await ToolRun.OfAsync("bundles", "import", _model.Folder, "--library", Library, "--name", "mine", "--variant", "fp16", "--license", "MIT", "--json");
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(["text", "image"], run.Json.GetProperty("modalities").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal("MIT", Bundle.Load(Path.Combine(Library, "mine")).Manifest.License);
        Assert.Equal([Path.Combine(Library, "mine")], BundleFolders.Find(Library));

        var failed = await ToolRun.OfAsync("bundles", "import", _model.Folder, "--library", Library, "--variant", "int4");
        Assert.Equal(1, failed.ExitCode);
        Assert.StartsWith("error: ", failed.Error, StringComparison.Ordinal);
        Assert.Contains("fp16, fp32", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_Library_IsServedAndNeedNotBeThere()
    {
        await PullAsync();
        foreach (var (library, expected) in new[] { (Library, true), (_folder.File("none"), false) })
        {
            var settings = new Dictionary<string, string?> { ["Manifold:Data"] = _folder.File("data"), ["Manifold:Port"] = "0", ["Manifold:HttpPort"] = "0", ["Manifold:BundleLibrary"] = library };
            await using var host = await LocalServer.StartAsync(settings, Cancellation);
            var run = await ToolRun.OfAsync("bundles", "--json", "--server", $"{host.Address}");
            Assert.Equal(expected, run.Json.GetProperty("bundles").EnumerateArray().Any(b => b.GetProperty("name").GetString() == Name));
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private Task<ToolRun> PullRunAsync(string name, string from) => ToolRun.OfAsync("bundles", "pull", name, "--from", from, "--library", Library);

    private async Task PullAsync(Action<string>? noted = null)
    {
        using var http = new HttpClient();
        var retry = new RetryPolicy(
            note =>
            {
                _notes.Add(note);
                noted?.Invoke(note);
            },
            TimeSpan.FromMilliseconds(1));
        var download = new BundleDownload(http, _server.Address, Library, Name, retry);
        await download.RunAsync(await download.ReadManifestAsync(Cancellation), new Progress<long>(), Cancellation);
    }

    private string[] Entries() => [.. Directory.EnumerateFileSystemEntries(Library).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)];
}
