using System.Globalization;

namespace Manifold.Training;

/// <summary>Tells how a run goes, a line every ten seconds, and thins the steps to a curve. A run may begin at any step.</summary>
/// <param name="steps">The run's last step.</param>
/// <param name="batch">Concepts of a step.</param>
/// <param name="log">Where the lines go.</param>
/// <param name="time">The clock.</param>
internal sealed class TrainingProgress(int steps, int batch, TextWriter log, TimeProvider time)
{
    private const int MaxPoints = 200;
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(10);
    private readonly long _begin = time.GetTimestamp();
    private readonly RunningMeans _ofLine = new();
    private readonly RunningMeans _ofPoint = new();
    private int _done;
    private TimeSpan _nextLine = LineEvery;

    /// <summary>Takes a step in.</summary>
    /// <param name="step">From 1.</param>
    /// <param name="measured">What the step measured.</param>
    /// <param name="learningRate">Its learning rate.</param>
    /// <param name="seconds">Seconds of training so far, over all sessions of the run.</param>
    /// <returns>The means since the point before, when a point of the curve is due.</returns>
    public LossPoint? Add(int step, StepLosses measured, double learningRate, double seconds)
    {
        _done++;
        _ofLine.Add(measured);
        _ofPoint.Add(measured);
        var elapsed = time.GetElapsedTime(_begin);
        if (elapsed >= _nextLine)
        {
            _nextLine = elapsed + LineEvery;
            var line = _ofLine.Take();
            double perStep = elapsed.TotalSeconds / _done;
            log.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"step {step:N0}/{steps:N0}  loss {line.Loss:0.000}  {string.Join("  ", line.Terms.Select(term => string.Create(CultureInfo.InvariantCulture, $"{term.Key} {term.Value:0.000}")))}  τ {measured.Temperature:0.000}  lr {learningRate:0.00000}  {batch / perStep:N0} concepts/s  {Told(TimeSpan.FromSeconds(perStep * (steps - step)))} left"));
        }

        if (step % Math.Max(1, (steps + MaxPoints - 1) / MaxPoints) != 0 && step != steps)
            return null;
        var means = _ofPoint.Take();
        return new LossPoint(step, means.Loss, means.Terms, measured.Temperature, learningRate, seconds);
    }

    private static string Told(TimeSpan left) => left switch
    {
        { TotalHours: >= 1 } => $"{(int)left.TotalHours} h {left.Minutes} min",
        { TotalMinutes: >= 1 } => $"{left.Minutes} min {left.Seconds} s",
        _ => $"{left.Seconds} s",
    };
}
