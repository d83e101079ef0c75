namespace Manifold.Client;

/// <summary>How <see cref="ManifoldClient.IngestAsync"/> sends.</summary>
public sealed record IngestOptions
{
    /// <summary>Items a batch; the server's limit is 1,000 by default. A batch is sent when it is full, and the last ones when the source ends.</summary>
    public int BatchSize { get; init; } = 100;

    /// <summary>A batch is also full at this many bytes of content, so that pictures stay below the message limit.</summary>
    public int BatchBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Batches of one lane that may be on their way unanswered.</summary>
    public int Window { get; init; } = 2;

    /// <summary>Streams side by side. Items of one id always take the same lane, so that the last one of the source wins.</summary>
    public int Lanes { get; init; } = 4;

    public Acknowledgement Acknowledgement { get; init; }

    /// <summary>How long a lane tries to go on after Unavailable or ResourceExhausted, counted from the first failure after its last acknowledgement.</summary>
    public TimeSpan ResumeFor { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Told after each acknowledged batch; calls may come from any thread.</summary>
    public IProgress<IngestProgress>? Progress { get; init; }

    /// <summary>Told of each item that was refused; calls never overlap.</summary>
    public Action<ItemError>? OnError { get; init; }
}
