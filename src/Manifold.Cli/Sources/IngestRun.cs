using System.Diagnostics;
using System.Runtime.CompilerServices;
using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>Sends a source to a collection. Bad items are told by their place in the source, and the others go on.</summary>
internal sealed class IngestRun(ManifoldClient client, string collection)
{
    /// <summary>Further failures are counted only.</summary>
    private const int KeptErrors = 10_000;

    /// <summary>Pictures keep an encoder's batches full at this size, and the bar moves.</summary>
    private const int BatchSize = 64;

    private readonly List<(long? Line, string Location)> _sent = [];
    private readonly List<IngestError> _errors = [];
    private readonly Lock _lock = new();
    private long _unreadable;

    public async Task<IngestReport> RunAsync(IItemSource source, IProgress<IngestProgress>? progress, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var options = new IngestOptions { BatchSize = BatchSize, OnError = Refused, Progress = progress };
        var result = await client.IngestAsync(collection, GoodItemsAsync(source, cancellationToken), options, cancellationToken);
        return new IngestReport(
            result.Written,
            result.Failed + _unreadable,
            Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3),
            [.. _errors.OrderBy(e => e.Line ?? 0).ThenBy(e => e.Location, StringComparer.Ordinal)]);
    }

    private async IAsyncEnumerable<ItemInput> GoodItemsAsync(IItemSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in source.ReadAsync(cancellationToken))
        {
            lock (_lock)
            {
                if (item.Problem is { } problem)
                {
                    _unreadable++;
                    Keep(new IngestError(item.Line, item.Location, item.Id, problem));
                    continue;
                }

                _sent.Add((item.Line, item.Location));
            }

            yield return item.Input!;
        }
    }

    private void Refused(ItemError error)
    {
        lock (_lock)
        {
            var (line, location) = error.Index >= 0 && error.Index < _sent.Count ? _sent[(int)error.Index] : (null, "");
            Keep(new IngestError(line, location, error.Id, error.Message));
        }
    }

    private void Keep(IngestError error)
    {
        if (_errors.Count < KeptErrors)
            _errors.Add(error);
    }
}
