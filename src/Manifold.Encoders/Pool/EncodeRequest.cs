using System.Diagnostics;

namespace Manifold.Encoders;

/// <summary>One item on its way through a <see cref="TowerQueue"/>.</summary>
internal sealed class EncodeRequest
{
    private readonly TaskCompletionSource<float[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EncodeRequest(Content content)
    {
        Content = content;
        Place = new LinkedListNode<EncodeRequest>(this);
    }

    public Content Content { get; }

    /// <summary>Its place among those that wait; in no list once its preparation has begun.</summary>
    public LinkedListNode<EncodeRequest> Place { get; }

    public Task<float[]> Task => _completion.Task;

    /// <summary>When it arrived.</summary>
    public long Arrived { get; } = Stopwatch.GetTimestamp();

    /// <summary>The span that waits for it, where somebody follows that.</summary>
    public Activity? Span { get; } = EncoderMetrics.Activities.HasListeners() ? Activity.Current : null;

    /// <summary>Its model input, between preparation and the model's run.</summary>
    public PreparedContent? Prepared { get; set; }

    /// <summary>True once it has an answer or was cancelled, so that no more work should go into it.</summary>
    public bool IsOver => _completion.Task.IsCompleted;

    public void Succeed(float[] vector) => _completion.TrySetResult(vector);

    public void Fail(Exception error) => _completion.TrySetException(error);

    public void Cancel(CancellationToken cancellationToken) => _completion.TrySetCanceled(cancellationToken);
}
