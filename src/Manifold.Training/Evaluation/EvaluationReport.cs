using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Manifold.Training;

/// <summary>The scores of a run, as it is written to the JSON file.</summary>
/// <param name="Tests">One entry a test.</param>
public sealed record EvaluationReport([property: JsonPropertyName("tests")] IReadOnlyList<RetrievalScores> Tests)
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The JSON text, indented, with a final newline.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Indented) + "\n";

    /// <summary>Writes a table for people; shares in percent.</summary>
    public void WriteTable(TextWriter output)
    {
        var culture = CultureInfo.InvariantCulture;
        output.WriteLine("test             queries gallery  chance10    R@1    R@5   R@10  [95% interval]  median rank    mAP");
        foreach (var t in Tests)
        {
            output.WriteLine(string.Create(culture,
                $"{t.Test,-16} {t.Queries,7} {t.Gallery,7} {100 * t.ChanceR10,9:0.0} {100 * t.R1,6:0.0} {100 * t.R5,6:0.0} {100 * t.R10,6:0.0}  [{100 * t.R10Low,5:0.0}, {100 * t.R10High,5:0.0}] {t.MedianRank,12:0.#} {100 * t.MeanAveragePrecision,6:0.0}"));
        }
    }
}
