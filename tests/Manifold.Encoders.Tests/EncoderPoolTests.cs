using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using NetVips;

namespace Manifold.Encoders.Tests;

public sealed class EncoderPoolTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EncodeAsync_ManyCallersAtOnce_FormsBatchesThatTheMeterShows()
    {
        using var folder = new TestBundle("metered");
        await using var pool = new EncoderPool(Options(folder.Folder));
        var sizes = new ConcurrentBag<int>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == EncoderMetrics.Name && instrument.Name == "manifold.encoders.batch.size")
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, size, tags, _) =>
        {
            if (tags.ToArray().Contains(new("bundle", "metered")))
                sizes.Add(size);
        });
        listener.Start();

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => pool.EncodeAsync("metered", Content.OfText($"text {i}"), Cancelled)));
        Assert.Equal(500, sizes.Sum());
        Assert.InRange(sizes.Count, 500 / 32, 499);
        Assert.All(sizes, s => Assert.InRange(s, 1, 32));
        Assert.Equal(0, pool.QueueLength);
    }

    [Fact]
    public async Task EncodeAsync_PoolAndBundleEncoder_Agree()
    {
        using var folder = new TestBundle();
        await using var pool = new EncoderPool(Options(folder.Folder));
        using var encoder = new BundleEncoder(Bundle.Load(folder.Folder));
        Assert.Equal(encoder.EncodeTexts(["red apple"])[0], await pool.EncodeAsync("tests", Content.OfText("red apple"), Cancelled));
    }

    [Fact]
    public async Task EncodeManyAsync_BadItemsAmongGoodOnes_FailAloneInTheirPlaces()
    {
        using var folder = new TestBundle();
        await using var pool = new EncoderPool(Options(folder.Folder));
        using Image image = TestImages.RedAndBlue(20, 20);
        byte[] good = image.PngsaveBuffer(), cut = good[..(good.Length / 2)];
        Content[] contents =
        [
            .. Enumerable.Range(0, 100).Select(i => i % 10 == 3 ? Content.OfImage(cut) : Content.OfImage(good)),
            Content.OfText("apple"),
            Content.OfText(""),
        ];
        IReadOnlyList<EncodeOutcome> outcomes = await pool.EncodeManyAsync("tests", contents, Cancelled);
        Assert.Equal(102, outcomes.Count);
        for (int i = 0; i < 102; i++)
        {
            bool bad = (i < 100 && i % 10 == 3) || i == 101;
            Assert.Equal(bad, outcomes[i].Vector is null);
            Assert.Equal(bad, outcomes[i].Error is InvalidContentException);
        }
    }

    [Fact]
    public async Task EncodeManyAsync_MoreItemsThanTheQueueHolds_EncodesThemAll()
    {
        using var folder = new TestBundle();
        EncoderOptions options = Options(folder.Folder);
        options.MaxQueueLength = 8;
        await using var pool = new EncoderPool(options);
        IReadOnlyList<EncodeOutcome> outcomes = await pool.EncodeManyAsync("tests", [.. Enumerable.Range(0, 300).Select(i => Content.OfText($"{i}"))], Cancelled);
        Assert.All(outcomes, o => Assert.NotNull(o.Vector));
    }

    [Fact]
    public async Task EncodeAsync_UnknownBundleOrModality_SaysWhatThereIs()
    {
        using var folder = new TestBundle("texts", m => m with { Towers = m.Towers with { Image = null } });
        await using var pool = new EncoderPool(Options(folder.Folder));
        UnknownBundleException e = await Assert.ThrowsAsync<UnknownBundleException>(() => pool.EncodeAsync("other", Content.OfText("text"), Cancelled));
        Assert.Contains("'texts'", e.Message);
        e = await Assert.ThrowsAsync<UnknownBundleException>(() => pool.EncodeAsync("texts", Content.OfImage(new byte[1]), Cancelled));
        Assert.Contains("does not encode images", e.Message);
        await Assert.ThrowsAsync<UnknownBundleException>(() => pool.EncodeManyAsync("other", [], Cancelled));
    }

    [Fact]
    public async Task Constructor_FolderOfBundles_LoadsEach()
    {
        using var one = new TestBundle("one");
        using var two = new TestBundle("two");
        string parent = Directory.CreateTempSubdirectory("manifold-bundles-").FullName;
        Directory.CreateSymbolicLink(Path.Combine(parent, "b"), one.Folder);
        Directory.CreateSymbolicLink(Path.Combine(parent, "a"), two.Folder);
        Directory.CreateDirectory(Path.Combine(parent, "neither"));
        await using (var pool = new EncoderPool(Options(parent)))
            Assert.Equal(["one", "two"], pool.Bundles.Select(b => b.Name));
        Directory.Delete(parent, recursive: true);
    }

    [Fact]
    public void Constructor_FoldersThatCannotBeServed_NamesFolderAndKey()
    {
        string empty = Directory.CreateTempSubdirectory("manifold-bundles-").FullName;
        InvalidBundleException e = Assert.Throws<InvalidBundleException>(() => new EncoderPool(Options(empty)));
        Assert.Equal((empty, "Manifold:Encoders:BundleFolders"), (e.Path, e.Key));
        Directory.Delete(empty);
        Assert.Throws<InvalidBundleException>(() => new EncoderPool(Options(empty)));
        using var one = new TestBundle("same");
        using var other = new TestBundle("same");
        Assert.Equal("name", Assert.Throws<InvalidBundleException>(() => new EncoderPool(Options(one.Folder, other.Folder))).Key);
    }

    [Fact]
    public async Task Constructor_DeviceAuto_SaysOnceWhichItTook()
    {
        var logger = new ListLogger();
        await using var pool = new EncoderPool(new EncoderOptions(), logger);
        Assert.Single(logger.Lines, l => l.Contains($"Encoders run on {pool.Device}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DisposeAsync_Twice_IsHarmlessAndRefusesAfterwards()
    {
        using var folder = new TestBundle();
        var pool = new EncoderPool(Options(folder.Folder));
        await pool.DisposeAsync();
        await pool.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => pool.EncodeAsync("tests", Content.OfText("late"), Cancelled));
    }

    private static EncoderOptions Options(params string[] folders) => new() { BundleFolders = [.. folders] };

    private sealed class ListLogger : ILogger<EncoderPool>
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue(formatter(state, exception));
    }
}
