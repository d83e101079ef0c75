namespace Manifold.Encoders.Tests;

/// <summary>A text tower without a model: its runs wait at a gate, and it writes down its batches. "bad" cannot be prepared, "zero" has no vector.</summary>
internal sealed class GatedTower() : EncoderTower("gated", Modality.Text)
{
    private readonly ManualResetEventSlim _gate = new(initialState: true);
    private readonly SemaphoreSlim _entered = new(0);

    public List<int> BatchSizes { get; } = [];

    public int Prepared { get; private set; }

    public Exception? Failure { get; set; }

    public void Close() => _gate.Reset();

    public void Open() => _gate.Set();

    /// <summary>Until one more run has begun.</summary>
    public Task RunBegan() => _entered.WaitAsync(TestContext.Current.CancellationToken);

    public override void CheckSize(Content content)
    {
    }

    public override PreparedContent Prepare(Content content)
    {
        lock (BatchSizes)
            Prepared++;
        if (content.Text == "bad")
            throw new InvalidContentException("bad");
        return new PreparedContent((TokenWeight[])[new TokenWeight(content.Text == "zero" ? 0 : content.Text.Length, 1)]);
    }

    public override void Dispose()
    {
        _gate.Dispose();
        _entered.Dispose();
    }

    protected override float[][] RunModel(IReadOnlyList<PreparedContent> batch)
    {
        lock (BatchSizes)
            BatchSizes.Add(batch.Count);
        _entered.Release();
        _gate.Wait();
        return Failure is null ? [.. batch.Select(b => (float[])[b.Tokens[0].Id, 0])] : throw Failure;
    }
}
