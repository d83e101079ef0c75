namespace Manifold.Encoders;

/// <summary>
/// Moments on their way through a tower, in the recording's order and no more than a number at a time, so that decoding waits for the model. Disposing of
/// it takes back what is still on its way.
/// </summary>
internal sealed class MomentLine(MomentList list, int length) : IAsyncDisposable
{
    private readonly Queue<(double Start, double End, Task<float[]?> Vector)> _line = new();
    private readonly CancellationTokenSource _stop = new();
    private CancellationTokenRegistration _link;

    /// <summary>For the encodings that are added.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>Cancels <see cref="Token"/> when another is.</summary>
    public void LinkTo(CancellationToken cancellationToken) => _link = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);

    /// <summary>Adds a moment; waits for the oldest where the line is full.</summary>
    public async Task AddAsync(double start, double end, Task<float[]?> vector)
    {
        _line.Enqueue((start, end, vector));
        while (_line.Count >= length || (_line.TryPeek(out var oldest) && oldest.Vector.IsCompleted))
            await TakeAsync();
    }

    /// <summary>Waits for all that are on their way.</summary>
    public async Task DrainAsync()
    {
        while (_line.Count > 0)
            await TakeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach ((_, _, Task<float[]?> vector) in _line)
        {
            await Task.WhenAny(vector);
            _ = vector.Exception;
        }

        await _link.DisposeAsync();
        _stop.Dispose();
    }

    private async Task TakeAsync()
    {
        (double start, double end, Task<float[]?> pending) = _line.Peek();
        float[]? vector = await pending;
        _line.Dequeue();
        if (vector is not null)
            list.Add(new Moment(vector, start, end));
    }
}
