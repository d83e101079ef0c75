using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>Means over the steps since the point before.</summary>
/// <param name="Step">The last step of the mean, from 1.</param>
/// <param name="Loss">The whole loss, weighted.</param>
/// <param name="Terms">Each term by its name, unweighted: <c>image_text</c>, <c>image_image</c>, <c>text_text</c>, <c>triplet</c>.</param>
/// <param name="Temperature">The learned temperature.</param>
/// <param name="LearningRate">The learning rate at that step.</param>
/// <param name="Seconds">Time spent on training so far, over all sessions of the run.</param>
public sealed record LossPoint(
    [property: JsonPropertyName("step")] int Step,
    [property: JsonPropertyName("loss")] double Loss,
    [property: JsonPropertyName("terms")] IReadOnlyDictionary<string, double> Terms,
    [property: JsonPropertyName("temperature")] double Temperature,
    [property: JsonPropertyName("learning_rate")] double LearningRate,
    [property: JsonPropertyName("seconds")] double Seconds);
