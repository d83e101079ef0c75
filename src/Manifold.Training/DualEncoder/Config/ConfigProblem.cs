namespace Manifold.Training;

/// <summary>A value of a config that is out of its range.</summary>
/// <param name="Key">The dotted key: <c>schedule.steps</c>.</param>
/// <param name="Text">The sentence, which begins with the key: <c>schedule.steps is 0; it must be from 1 to 10,000,000</c>.</param>
internal sealed record ConfigProblem(string Key, string Text);
