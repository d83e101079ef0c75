using System.Diagnostics;

namespace Manifold.Encoders;

/// <summary>
/// The requests of one tower: they wait in order, are prepared by a bounded number of workers, and run through the model in batches,
/// one batch at a time. While a batch runs, the next one gathers; when none runs, whatever is ready goes at once, unless more
/// is being prepared, for which it waits a little.
/// </summary>
/// <remarks>All state is guarded by one lock, held only to move requests between lists. Preparation stays at most two batches ahead
/// of the model, so that prepared pictures do not pile up in memory.</remarks>
internal sealed class TowerQueue
{
    private const int BatchesAhead = 2;

    // Before anything was measured: about what one picture takes on one core.
    private const double FirstGuessSeconds = 0.003;

    private readonly EncoderTower _tower;
    private readonly int _maxBatchSize;
    private readonly TimeSpan _maxBatchWait;
    private readonly int _maxQueueLength;
    private readonly int _maxWorkers;
    private readonly TagList _tags;

    private readonly Lock _gate = new();
    private readonly LinkedList<EncodeRequest> _waiting = [];
    private readonly Queue<EncodeRequest> _ready = [];
    private TaskCompletionSource? _gathered;
    private TaskCompletionSource? _drained;
    private int _workers;
    private int _preparing;
    private bool _running;
    private bool _closed;
    private long _lastBatchEnded;
    private double _secondsPerItem = FirstGuessSeconds;

    public TowerQueue(EncoderTower tower, EncoderOptions options)
    {
        _tower = tower;
        _maxBatchSize = options.MaxBatchSize;
        _maxBatchWait = options.MaxBatchWait;
        _maxQueueLength = options.MaxQueueLength;
        _maxWorkers = options.PreparationThreads > 0 ? options.PreparationThreads : Environment.ProcessorCount;
        _tags = EncoderMetrics.Tags(tower);
    }

    /// <summary>Items that wait for the model, prepared or not.</summary>
    public int Length
    {
        get
        {
            lock (_gate)
                return _waiting.Count + _preparing + _ready.Count;
        }
    }

    /// <exception cref="InvalidContentException">Empty or too large.</exception>
    /// <exception cref="EncoderOverloadedException">The queue is full.</exception>
    /// <exception cref="ObjectDisposedException">The queue was closed.</exception>
    public async Task<float[]> EncodeAsync(Content content, CancellationToken cancellationToken)
    {
        _tower.CheckSize(content);
        cancellationToken.ThrowIfCancellationRequested();
        var request = new EncodeRequest(content);
        Enter(request);
        using (cancellationToken.UnsafeRegister((state, token) => Cancel((EncodeRequest)state!, token), request))
        {
            float[] vector = await request.Task;
            EncoderMetrics.RequestDuration.Record(Stopwatch.GetElapsedTime(request.Arrived).TotalSeconds, _tags);
            return vector;
        }
    }

    /// <summary>Takes nothing more, fails what still waits, and returns when the last batch has ended.</summary>
    public async Task CloseAsync()
    {
        Task drained;
        lock (_gate)
        {
            _closed = true;
            foreach (EncodeRequest request in _waiting)
                Abandon(request);
            _waiting.Clear();
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            drained = _drained.Task;
            SignalIfDrained();
        }

        await drained;
    }

    private void Enter(EncodeRequest request)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(EncoderPool));
            int length = _waiting.Count + _preparing + _ready.Count;

            // Also none: a counter that is first seen at 1 has not grown, as far as increase() knows.
            EncoderMetrics.Refused.Add(length >= _maxQueueLength ? 1 : 0, _tags);
            if (length >= _maxQueueLength)
            {
                var retryAfter = TimeSpan.FromSeconds(Math.Clamp(length * _secondsPerItem, 0.01, 60));
                throw new EncoderOverloadedException(
                    $"The encoder's queue for bundle '{_tower.Bundle}' is full ({_maxQueueLength:N0} items); try again in about {retryAfter.TotalSeconds:0.0#} s.",
                    retryAfter);
            }

            _waiting.AddLast(request.Place);
            EncoderMetrics.QueueLength.Add(1, _tags);
            StartWorkers();
        }
    }

    private void Cancel(EncodeRequest request, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            // In preparation or ready it is passed over when its turn comes.
            if (request.Place.List is not null)
            {
                _waiting.Remove(request.Place);
                EncoderMetrics.QueueLength.Add(-1, _tags);
                SignalIfGathered();
            }
        }

        request.Cancel(cancellationToken);
    }

    private void Abandon(EncodeRequest request)
    {
        EncoderMetrics.QueueLength.Add(-1, _tags);
        request.Fail(new ObjectDisposedException(nameof(EncoderPool)));
    }

    private bool HasRoomAhead => _ready.Count + _preparing < BatchesAhead * _maxBatchSize;

    private void StartWorkers()
    {
        // A worker that prepares nothing yet is on its way to one that waits.
        for (; _workers < _maxWorkers && _workers - _preparing < _waiting.Count && HasRoomAhead; _workers++)
            ThreadPool.UnsafeQueueUserWorkItem(static queue => queue.Prepare(), this, preferLocal: false);
    }

    private void Prepare()
    {
        while (true)
        {
            EncodeRequest request;
            lock (_gate)
            {
                if (_waiting.First is not { } first || !HasRoomAhead)
                {
                    _workers--;
                    SignalIfDrained();
                    return;
                }

                _waiting.RemoveFirst();
                request = first.Value;
                _preparing++;
            }

            PrepareOne(request);
            lock (_gate)
            {
                _preparing--;
                if (request.Prepared is null)
                    EncoderMetrics.QueueLength.Add(-1, _tags);
                else
                    _ready.Enqueue(request);
                if (_ready.Count > 0 && !_running)
                {
                    _running = true;
                    ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.RunBatchesAsync(), this, preferLocal: false);
                }

                SignalIfGathered();
            }
        }
    }

    private void PrepareOne(EncodeRequest request)
    {
        if (request.IsOver)
            return;
        long start = Stopwatch.GetTimestamp();
        try
        {
            request.Prepared = _tower.Prepare(request.Content);
            EncoderMetrics.PreparationDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, _tags);
        }
        catch (Exception e)
        {
            request.Fail(e);
        }
    }

    private async Task RunBatchesAsync()
    {
        var batch = new List<EncodeRequest>(_maxBatchSize);
        while (true)
        {
            Task? gathered = null;
            lock (_gate)
            {
                if (_ready.Count == 0)
                {
                    _running = false;
                    SignalIfDrained();
                    return;
                }

                if (!IsGathered && _maxBatchWait > TimeSpan.Zero)
                {
                    _gathered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                    gathered = _gathered.Task;
                }
            }

            if (gathered is not null)
                await Task.WhenAny(gathered, Task.Delay(_maxBatchWait));
            TakeBatch(batch);
            if (batch.Count > 0)
                RunBatch(batch);
            batch.Clear();
        }
    }

    /// <summary>True where waiting would bring nothing: the batch is full, or nothing more is on its way.</summary>
    private bool IsGathered => _ready.Count >= _maxBatchSize || _preparing + _waiting.Count == 0;

    private void TakeBatch(List<EncodeRequest> batch)
    {
        lock (_gate)
        {
            _gathered = null;
            while (batch.Count < _maxBatchSize && _ready.TryDequeue(out EncodeRequest? request))
            {
                EncoderMetrics.QueueLength.Add(-1, _tags);
                if (request.IsOver)
                    request.Prepared!.Dispose();
                else
                    batch.Add(request);
            }

            StartWorkers();
        }
    }

    private void RunBatch(List<EncodeRequest> batch)
    {
        long start = Stopwatch.GetTimestamp();
        using Activity? activity = EncoderMetrics.StartBatch(_tower, batch);
        try
        {
            float[]?[] vectors = _tower.Run([.. batch.Select(r => r.Prepared!)]);
            for (int i = 0; i < batch.Count; i++)
            {
                if (vectors[i] is { } vector)
                    batch[i].Succeed(vector);
                else
                    batch[i].Fail(_tower.NoDirection());
            }
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            foreach (EncodeRequest request in batch)
                request.Fail(e);
        }

        foreach (EncodeRequest request in batch)
            request.Prepared!.Dispose();
        EncoderMetrics.BatchSize.Record(batch.Count, _tags);
        EncoderMetrics.BatchDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, _tags);
        MeasureRate(batch);
    }

    /// <summary>The pace under load, preparation and model together: time since the last batch, or since this one's oldest item came.</summary>
    private void MeasureRate(List<EncodeRequest> batch)
    {
        long now = Stopwatch.GetTimestamp(), since = Math.Max(_lastBatchEnded, batch[0].Arrived);
        double secondsPerItem = Stopwatch.GetElapsedTime(since, now).TotalSeconds / batch.Count;
        lock (_gate)
        {
            _lastBatchEnded = now;
            _secondsPerItem += 0.2 * (secondsPerItem - _secondsPerItem);
        }
    }

    private void SignalIfGathered()
    {
        if (IsGathered)
            _gathered?.TrySetResult();
    }

    private void SignalIfDrained()
    {
        if (_drained is not null && _workers == 0 && !_running)
            _drained.TrySetResult();
    }
}
