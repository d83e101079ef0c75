using System.Diagnostics;
using Manifold.Index;
using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

[ShardRole]
internal sealed partial class ReencodeGrain(
    [PersistentState("reencoding", ManifoldStorage.Name)] IPersistentState<ReencodeState> state, EncoderClient encoders, StoredContent contents, ILogger<ReencodeGrain> logger)
    : Grain, IReencodeGrain
{
    /// <summary>Items of one step: enough to keep an encoder busy, few enough to be done again after a crash.</summary>
    private const int PageItems = 128;

    /// <summary>Content that is read and sent to encoders at once.</summary>
    private const long MaxBytesAtOnce = 32 << 20;

    /// <summary>Failed items that are named.</summary>
    private const int MaxFailures = 20;

    /// <summary>An item that encoders fail at so often, without saying that it is the item's fault, counts as one that cannot be encoded: the rest must not wait for it for ever.</summary>
    private const int MaxAttempts = 10;

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(10), RetryAfter = TimeSpan.FromSeconds(1), EncoderPatience = TimeSpan.FromSeconds(30);

    private IGrainTimer? _timer;
    private long _notBefore;
    private int _attempts;
    private string _waiting = "";

    private ICatalogGrain Catalog => GrainFactory.GetGrain<ICatalogGrain>(0);

    public Task ResumeAsync()
    {
        _timer ??= this.RegisterGrainTimer(StepAsync, new GrainTimerCreationOptions(TimeSpan.Zero, Period) { KeepAlive = true });
        return Task.CompletedTask;
    }

    public Task<ReencodeProgress> GetProgressAsync() => Task.FromResult(new ReencodeProgress(state.State.Failed, [.. state.State.Failures], _waiting));

    public async Task ForgetAsync()
    {
        Stop();
        await state.ClearStateAsync();
    }

    /// <summary>One page of items; what fails for reasons of the moment is done again later.</summary>
    private async Task StepAsync(CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        if (started < _notBefore)
        {
            return;
        }
        try
        {
            if (await Catalog.FindByIdAsync(this.GetPrimaryKeyString()) is not { Reencoding: { IsComplete: false } run } collection)
            {
                Stop();
                return;
            }
            if (collection.SplitTo > 0)
            {
                Wait("the collection's shards are being split");
                return;
            }
            Begin(collection, run);
            if (state.State.Shards.FindIndex(cursor => !cursor.IsDone) is >= 0 and var shard)
            {
                var encoded = await EncodePageAsync(collection, run, shard, cancellationToken);
                (_waiting, _attempts) = ("", 0);
                _notBefore = run.Rate > 0 ? started + (long)(encoded / run.Rate * Stopwatch.Frequency) : 0;
                return;
            }
            await Catalog.FinishReencodingAsync(collection.Id, run.Run);
            LogDone(logger, collection.Name, run.Space, state.State.Failed);
            Stop();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // It ends, or moves: the next activation does the page again.
        }
        catch (Orleans.Storage.InconsistentStateException)
        {
            // Another activation is at it: what that has stored is read when the catalog asks for this grain again.
            Stop();
        }
        catch (Exception e)
        {
            Wait(ErrorTranslation.Translate(e).Message);
        }
    }

    /// <summary>Takes the state for the present run, and for the shards that there are.</summary>
    private void Begin(CollectionInfo collection, ReencodingInfo run)
    {
        if (state.State.Run != run.Run)
        {
            state.State = new ReencodeState { Run = run.Run, Shards = [.. Enumerable.Repeat(new ReencodeCursor(null, IsDone: false), collection.ShardCount)] };
        }
        while (state.State.Shards.Count < collection.ShardCount)
        {
            // It was split: shard s + n has its items from shard s, and what was looked at there was looked at.
            state.State.Shards.AddRange(state.State.Shards.ToArray());
        }
    }

    /// <summary>Looks at the next items of a shard, and stores how far that is.</summary>
    /// <returns>How many were encoded.</returns>
    private async Task<int> EncodePageAsync(CollectionInfo collection, ReencodingInfo run, int shard, CancellationToken cancellationToken)
    {
        var grain = GrainFactory.GetGrain<IShardGrain>(ShardKey.Format(collection.Id, shard));
        var cursor = state.State.Shards[shard];
        if (cursor.After is null)
        {
            // From here no write comes without a vector in the space: whatever lacks one is there to be found.
            await grain.LearnSchemaAsync(collection.SchemaVersion);
        }
        var limit = run.Rate > 0 ? (int)Math.Clamp(Math.Ceiling(run.Rate), 1, PageItems) : PageItems;
        var page = await grain.ScrollAsync(new ShardScroll(cursor.After, limit, null, WithVectors: false, run.Space), collection.ShardCount, cancellationToken);
        var failures = new List<ReencodeFailure>();
        var (read, encoded) = (0, 0);
        while (read < page.Items.Length)
        {
            var items = new List<(Item Item, EncodeContent Content)>();
            for (var bytes = 0L; read < page.Items.Length && bytes < MaxBytesAtOnce; read++)
            {
                var item = ItemView.Read(page.Items[read]!, out _).ToItem();
                try
                {
                    var content = await contents.ReadAsync(item, cancellationToken);
                    items.Add((item, content));
                    bytes += (content.Bytes?.Length ?? 0) + (content.IsRecording ? MaxBytesAtOnce : 0);
                }
                catch (ManifoldException e)
                {
                    failures.Add(new ReencodeFailure(item.Id, e.Message));
                }
            }
            encoded += await EncodeAsync(grain, collection, run, items, failures, cancellationToken);
        }
        await AdvanceAsync(shard, page, failures, cancellationToken);
        Count(collection, "failed", failures.Count);
        return encoded;
    }

    /// <returns>How many were encoded.</returns>
    private async Task<int> EncodeAsync(
        IShardGrain grain, CollectionInfo collection, ReencodingInfo run, List<(Item Item, EncodeContent Content)> items, List<ReencodeFailure> failures, CancellationToken cancellationToken)
    {
        if (items.Count == 0)
        {
            return 0;
        }
        var space = collection.Space(run.Space, "space");
        var encoded = await encoders.EncodeAsync(space, items.ConvertAll(item => item.Content), EncoderPatience, cancellationToken);
        var fills = new List<ItemFill>();
        foreach (var ((item, _), result) in items.Zip(encoded))
        {
            if (result.Error is { Kind: ErrorKind.Unavailable or ErrorKind.ResourceExhausted } error && ++_attempts < MaxAttempts)
            {
                throw error;
            }
            if (result.Error is not null)
            {
                failures.Add(new ReencodeFailure(item.Id, result.Error.Message));
                continue;
            }
            var filled = EncodedItem.Fill(item, [space], result);
            if (ItemValidation.Validate(filled, collection.Schemas) is [var fault, ..])
            {
                failures.Add(new ReencodeFailure(item.Id, $"{fault.Field}: {fault.Message}"));
                continue;
            }
            fills.Add(ItemFill.Of(ItemValidation.Normalize(filled, collection.Schemas), space.Name));
        }
        var written = fills.Count == 0 ? 0 : await grain.FillAsync(new ShardFill(space.Name, [.. fills]), collection.ShardCount, cancellationToken);
        Count(collection, "encoded", written);
        Count(collection, "changed", fills.Count - written);
        return items.Count;
    }

    /// <summary>Stores how far a shard has come, in one step with what could not be encoded up to there.</summary>
    private async Task AdvanceAsync(int shard, ShardItems page, List<ReencodeFailure> failures, CancellationToken cancellationToken)
    {
        // What was forgotten meanwhile must not come back.
        cancellationToken.ThrowIfCancellationRequested();
        var before = state.State;
        ReencodeCursor cursor = page.Items is [.., { } last] ? new(ItemView.Read(last, out _).ToItem().Id, !page.More) : before.Shards[shard] with { IsDone = true };
        state.State = new ReencodeState
        {
            Run = before.Run,
            Shards = [.. before.Shards[..shard], cursor, .. before.Shards[(shard + 1)..]],
            Failed = before.Failed + failures.Count,
            Failures = [.. before.Failures.Concat(failures).Take(MaxFailures)],
        };
        try
        {
            await state.WriteStateAsync(CancellationToken.None);
        }
        catch
        {
            state.State = before;
            throw;
        }
    }

    private void Wait(string reason)
    {
        if (_waiting != reason)
        {
            LogWaiting(logger, this.GetPrimaryKeyString(), reason);
        }
        _waiting = reason;
        _notBefore = Stopwatch.GetTimestamp() + (long)(RetryAfter.TotalSeconds * Stopwatch.Frequency);
    }

    private void Stop()
    {
        _timer?.Dispose();
        (_timer, _waiting) = (null, "");
        DeactivateOnIdle();
    }

    private static void Count(CollectionInfo collection, string outcome, int items)
    {
        if (items > 0)
        {
            GrainMetrics.ReencodedItems.Add(items, new("collection", collection.Name), new("outcome", outcome));
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Items of collection {Collection} have vectors in space {Space}; {Failed} could not be encoded.")]
    private static partial void LogDone(ILogger logger, string collection, string space, long failed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The re-encoding of {Collection} waits: {Reason}")]
    private static partial void LogWaiting(ILogger logger, string collection, string reason);
}
