namespace Manifold.Training;

/// <summary>Linear warm-up, then a cosine down to a hundredth (Loshchilov and Hutter, ICLR 2017).</summary>
internal static class LearningRate
{
    private const double Floor = 0.01;

    /// <summary>The rate of a step.</summary>
    /// <param name="step">From 0.</param>
    /// <param name="config">The schedule.</param>
    public static double At(int step, ScheduleConfig config)
    {
        if (step < config.WarmupSteps)
            return config.LearningRate * (step + 1) / config.WarmupSteps;
        double progress = (step - config.WarmupSteps) / (double)Math.Max(1, config.Steps - config.WarmupSteps);
        return config.LearningRate * (Floor + ((1 - Floor) * (1 + Math.Cos(Math.PI * progress)) / 2));
    }
}
