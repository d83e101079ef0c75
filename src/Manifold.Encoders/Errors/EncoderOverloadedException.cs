namespace Manifold.Encoders;

/// <summary>The queue is full. Nothing was started; the same request may succeed after <see cref="RetryAfter"/>.</summary>
public sealed class EncoderOverloadedException : Exception
{
    public EncoderOverloadedException(string message, TimeSpan retryAfter)
        : base(message) => RetryAfter = retryAfter;

    /// <summary>An estimate of how long the queue takes to drain.</summary>
    public TimeSpan RetryAfter { get; }
}
