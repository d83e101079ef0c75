namespace Manifold.Client;

/// <summary>Counts what all lanes of an ingest did and tells the caller. Safe to use from several threads.</summary>
internal sealed class IngestTally(IngestOptions options)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, long> _positions = [];
    private long _written;
    private long _failed;

    public void Add(IngestBatch batch, WriteResult result)
    {
        lock (_lock)
        {
            _written += result.Written;
            _failed += result.Errors.Count;
            foreach (var position in result.Positions)
                _positions[position.Shard] = Math.Max(position.Position, _positions.GetValueOrDefault(position.Shard));
            foreach (var error in result.Errors)
                options.OnError?.Invoke(error with { Index = batch.SourceIndex((int)error.Index) });
        }

        Report();
    }

    public void Refuse(ItemError error)
    {
        lock (_lock)
        {
            _failed++;
            options.OnError?.Invoke(error);
        }

        Report();
    }

    public IngestResult Result()
    {
        lock (_lock)
            return new IngestResult(_written, _failed, [.. _positions.Select(p => new ShardPosition(p.Key, p.Value))]);
    }

    private void Report()
    {
        if (options.Progress is not { } progress)
            return;

        IngestProgress now;
        lock (_lock)
            now = new IngestProgress(_written, _failed);
        progress.Report(now);
    }
}
