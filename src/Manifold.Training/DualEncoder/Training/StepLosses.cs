namespace Manifold.Training;

/// <summary>What one step measured.</summary>
/// <param name="Loss">The weighted sum.</param>
/// <param name="Terms">Each term by name, unweighted.</param>
/// <param name="Temperature">After the step.</param>
internal sealed record StepLosses(double Loss, IReadOnlyDictionary<string, double> Terms, double Temperature);
