using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>The scores of one test. Shares are from 0 to 1.</summary>
/// <param name="Test">The test's name.</param>
/// <param name="Queries">Number of queries.</param>
/// <param name="Gallery">Number of gallery items.</param>
/// <param name="ChanceR10">What a random order reaches at 10: 10 over the gallery's size, at most 1.</param>
/// <param name="R1">Share of queries with a right item first.</param>
/// <param name="R5">Share of queries with a right item among the first 5.</param>
/// <param name="R10">Share of queries with a right item among the first 10.</param>
/// <param name="R10Low">Lower end of the 95% bootstrap interval of <paramref name="R10"/>.</param>
/// <param name="R10High">Upper end of it.</param>
/// <param name="MedianRank">Median over queries of the rank of the first right item, from 1; the mean of the middle two when their number is even.</param>
/// <param name="MeanAveragePrecision">Mean over queries of the average precision over all right items.</param>
public sealed record RetrievalScores(
    [property: JsonPropertyName("test")] string Test,
    [property: JsonPropertyName("queries")] int Queries,
    [property: JsonPropertyName("gallery")] int Gallery,
    [property: JsonPropertyName("chance_r10")] double ChanceR10,
    [property: JsonPropertyName("r1")] double R1,
    [property: JsonPropertyName("r5")] double R5,
    [property: JsonPropertyName("r10")] double R10,
    [property: JsonPropertyName("r10_low")] double R10Low,
    [property: JsonPropertyName("r10_high")] double R10High,
    [property: JsonPropertyName("median_rank")] double MedianRank,
    [property: JsonPropertyName("map")] double MeanAveragePrecision);
