using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>A measurement on the dev queries during training.</summary>
/// <param name="Step">After this step.</param>
/// <param name="Tests">The scores of the averaged weights.</param>
public sealed record RecallPoint(
    [property: JsonPropertyName("step")] int Step, [property: JsonPropertyName("tests")] IReadOnlyList<RetrievalScores> Tests);
