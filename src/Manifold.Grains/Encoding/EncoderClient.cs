using System.Diagnostics;

namespace Manifold.Grains;

/// <summary>Sends content to the cluster's encoders. Thread-safe.</summary>
public sealed class EncoderClient(IGrainFactory grains)
{
    /// <summary>Encoder grains of the cluster. More than silos, so that random placement reaches them all.</summary>
    public const int Lanes = 16;

    /// <summary>Pieces in one grain call: what one batch of the encoder takes at once.</summary>
    private const int PiecesPerCall = 32;

    /// <summary>Calls on their way for one caller: enough to keep an encoder busy, few enough that large batches wait in the gateway, not in its queue.</summary>
    private const int CallsAtOnce = 4;

    /// <summary>Between two attempts at a full queue: its own hint, within what wastes neither calls nor time.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(10), LongestWait = TimeSpan.FromSeconds(1);

    /// <returns>What became of each piece, in order.</returns>
    /// <exception cref="ManifoldException">The whole call failed: unknown bundle, queue full, no encoder silo.</exception>
    public async Task<Encoded[]> EncodeAsync(string bundle, IReadOnlyList<EncodeContent> contents, CancellationToken cancellationToken)
    {
        // Recordings go one by one: several are too much for a message, and each keeps an encoder busy by itself.
        int[][] calls =
        [
            .. Enumerable.Range(0, contents.Count).Where(i => !contents[i].IsRecording).Chunk(PiecesPerCall),
            .. Enumerable.Range(0, contents.Count).Where(i => contents[i].IsRecording).Chunk(1),
        ];
        var results = new Encoded[contents.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, calls.Length, options, async (call, token) =>
        {
            var pieces = Array.ConvertAll(calls[call], i => contents[i]);
            var encoded = await CallAsync(grain => pieces[0].IsRecording ? grain.EncodeRecordingsAsync(bundle, pieces, token) : grain.EncodeAsync(bundle, pieces, token));
            foreach (var (i, result) in calls[call].Zip(encoded))
            {
                results[i] = result;
            }
        });
        return results;
    }

    /// <summary>Encodes content for a space, by its own bundle.</summary>
    /// <param name="space">The space.</param>
    /// <param name="contents">The pieces.</param>
    /// <param name="patience">How long to go on asking for pieces that a full queue refuses.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>What became of each piece, in order.</returns>
    /// <exception cref="ManifoldException">The whole call failed; FailedPrecondition where no encoder has the space's bundle (any more).</exception>
    public async Task<Encoded[]> EncodeAsync(
        SpaceInfo space, IReadOnlyList<EncodeContent> contents, TimeSpan patience, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var results = await EncodeAsync(space.Encoder, contents, cancellationToken);
            while (true)
            {
                var refused = Enumerable.Range(0, results.Length).Where(i => results[i].Error is { Kind: ErrorKind.ResourceExhausted }).ToArray();
                if (refused.Length == 0 || Stopwatch.GetElapsedTime(started) >= patience)
                {
                    return results;
                }
                var wait = refused.Max(i => results[i].Error!.RetryAfter ?? ShortestWait);
                await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(wait.TotalSeconds, ShortestWait.TotalSeconds, LongestWait.TotalSeconds)), cancellationToken);
                var again = await EncodeAsync(space.Encoder, Array.ConvertAll(refused, i => contents[i]), cancellationToken);
                foreach (var (i, result) in refused.Zip(again))
                {
                    results[i] = result;
                }
            }
        }
        catch (ManifoldException e) when (e.Kind == ErrorKind.NotFound)
        {
            throw new ManifoldException(ErrorKind.FailedPrecondition, $"space \"{space.Name}\" cannot encode this: {e.Message}");
        }
    }

    /// <summary>The bundles that the cluster's encoders have loaded.</summary>
    public Task<BundleInfo[]> ListBundlesAsync() => CallAsync(grain => grain.ListBundlesAsync());

    private async Task<T> CallAsync<T>(Func<IEncoderGrain, Task<T>> call)
    {
        try
        {
            return await call(grains.GetGrain<IEncoderGrain>(Random.Shared.Next(Lanes)));
        }
        catch (OrleansException e)
        {
            throw new ManifoldException(
                ErrorKind.Unavailable, "no encoder silo is there to answer: start one with the encoder role", retryAfter: TimeSpan.FromSeconds(1), inner: e);
        }
    }
}
