using System.Net;
using Polly;
using Polly.Retry;

namespace Manifold.Cli.Bundles;

/// <summary>Tries again what the moment's trouble broke off: no connection, a time-out, an answer that ends early, a server that is busy or fails.</summary>
internal sealed class RetryPolicy
{
    private const int Retries = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly ResiliencePipeline _pipeline;

    /// <param name="note">Told why something is tried again.</param>
    /// <param name="firstWait">The wait before the first repetition, which doubles; null for 1 s.</param>
    public RetryPolicy(Action<string> note, TimeSpan? firstWait = null) => _pipeline = new ResiliencePipelineBuilder()
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<Exception>(IsTransient),
            MaxRetryAttempts = Retries,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = firstWait ?? FirstWait,
            MaxDelay = LongestWait,
            OnRetry = retry =>
            {
                note($"{retry.Outcome.Exception!.Message}; trying again in {retry.RetryDelay.TotalSeconds:0.0} s");
                return default;
            },
        })
        .Build();

    /// <exception cref="ToolException">It went on failing, or what failed is not the moment's trouble.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> work, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async token => await work(token), cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or TimeoutException || IsTransient(exception))
        {
            throw new ToolException($"{address} cannot be downloaded: {exception.Message}. What has arrived is kept; the same command goes on from there");
        }
    }

    private static bool IsTransient(Exception exception) => exception switch
    {
        HttpRequestException { StatusCode: { } status } => status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests || (int)status >= 500,
        HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => false,
        HttpRequestException or TimeoutException or TaskCanceledException { InnerException: TimeoutException } => true,

        // What the connection says, not what this machine's disk does.
        IOException disk => disk is HttpIOException || disk.HResult == new IOException().HResult || disk.InnerException is System.Net.Sockets.SocketException,
        _ => false,
    };
}
