using System.Globalization;

namespace Manifold.Training;

/// <summary>Collects the settings that are out of their ranges.</summary>
internal sealed class ConfigRanges
{
    private readonly List<ConfigProblem> _problems = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<ConfigProblem> Problems => _problems;

    /// <summary>Notes a problem unless the condition holds.</summary>
    /// <param name="holds">The condition.</param>
    /// <param name="key">The setting, dotted.</param>
    /// <param name="value">What it is.</param>
    /// <param name="range">What it must be.</param>
    public void Require(bool holds, string key, object value, string range)
    {
        if (!holds)
            _problems.Add(new ConfigProblem(key, string.Create(CultureInfo.InvariantCulture, $"{key} is {value}; it must be {range}")));
    }

    public void Whole(int value, string key, int low, int high) => Require(value >= low && value <= high, key, value, string.Create(CultureInfo.InvariantCulture, $"from {low:N0} to {high:N0}"));

    public void Between(double value, string key, double low, double high) => Require(value >= low && value <= high, key, value, string.Create(CultureInfo.InvariantCulture, $"from {low} to {high}"));

    public void Share(double value, string key, double high = 1) => Between(value, key, 0, high);

    public void Dropout(double value, string key) => Require(value is >= 0 and < 1, key, value, "at least 0 and less than 1");

    public void Positive(double value, string key) => Require(value > 0, key, value, "greater than 0");

    public void Weight(double value, string key) => Require(value >= 0, key, value, "0 or greater");

    /// <summary>The section <c>schedule</c>.</summary>
    public void Schedule(ScheduleConfig schedule)
    {
        Whole(schedule.Batch, "schedule.batch", 2, 65536);
        Whole(schedule.Steps, "schedule.steps", 1, 10_000_000);
        Require(schedule.LearningRate is > 0 and <= 1, "schedule.learning_rate", schedule.LearningRate, "greater than 0 and at most 1");
        Whole(schedule.WarmupSteps, "schedule.warmup_steps", 0, 10_000_000);
        Weight(schedule.WeightDecay, "schedule.weight_decay");
        Weight(schedule.TableDecay, "schedule.table_decay");
        Dropout(schedule.Averaging, "schedule.averaging");
        Whole(schedule.EvaluateEvery, "schedule.evaluate_every", 0, 10_000_000);
        Whole(schedule.CheckpointEvery, "schedule.checkpoint_every", 1, 10_000_000);
    }
}
