using System.Text.Json;

namespace Manifold.Training;

/// <summary>
/// A JSONL file: <c>image</c> or <c>audio</c> with <c>caption</c>, <c>captions</c> (a list, or languages with a caption each) or <c>caption_xx</c>; <c>tags</c> and <c>concept</c> as one likes. Other keys are ignored.
/// </summary>
internal static class PairList
{
    /// <summary>Reads it, in its order.</summary>
    /// <param name="path">The file.</param>
    /// <param name="medium">The key of what is captioned: <c>image</c> or <c>audio</c>.</param>
    /// <param name="config">Weights of captions with tags.</param>
    /// <param name="skipped">What cannot be used is added to this.</param>
    public static List<OwnPair> Read(string path, string medium, DataConfig config, List<SkippedPair> skipped)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var pairs = new List<OwnPair>();
        foreach (var (index, line) in File.ReadLines(path).Index())
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            string place = $"{path}:{index + 1}";
            try
            {
                using var document = JsonDocument.Parse(line);
                if (Pair(document.RootElement, medium, place, folder, config, out string reason) is { } pair)
                    pairs.Add(pair);
                else
                    skipped.Add(new SkippedPair(place, reason));
            }
            catch (JsonException e)
            {
                skipped.Add(new SkippedPair(place, $"the line is not JSON: {e.Message}"));
            }
        }

        return pairs;
    }

    private static OwnPair? Pair(JsonElement item, string medium, string place, string folder, DataConfig config, out string reason)
    {
        reason = "";
        if (item.ValueKind != JsonValueKind.Object)
            reason = "the line is not a JSON object";
        else if (Text(item, medium) is not { } file)
            reason = $"there is no '{medium}'";
        else if (!File.Exists(Path.Combine(folder, file)))
            reason = $"the file {Path.Combine(folder, file)} is not there";
        else if (Captions(item, config) is not { Count: > 0 } captions)
            reason = item.EnumerateObject().Any(property => property.Name.StartsWith("caption", StringComparison.Ordinal)) ? "the caption is empty" : "there is no 'caption'";
        else
            return new OwnPair(place, file, Path.Combine(folder, file), captions, Text(item, "concept") ?? OwnPair.ConceptOf(captions[0].Text));
        return null;
    }

    private static List<(string Text, double Weight)> Captions(JsonElement item, DataConfig config)
    {
        var captions = new List<(string, double)>();
        void Add(JsonElement value)
        {
            if (value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } caption && !captions.Contains((caption, 1)))
                captions.Add((caption, 1));
        }

        if (item.TryGetProperty("caption", out var plain))
            Add(plain);
        if (item.TryGetProperty("captions", out var several))
        {
            foreach (var value in several.ValueKind switch
            {
                JsonValueKind.Array => several.EnumerateArray(),
                JsonValueKind.Object => several.EnumerateObject().Select(property => property.Value),
                _ => [several],
            })
                Add(value);
        }

        foreach (var property in item.EnumerateObject().Where(property => property.Name.StartsWith("caption_", StringComparison.Ordinal)))
            Add(property.Value);
        if (captions.Count > 0 && item.TryGetProperty("tags", out var tags) && tags.ValueKind == JsonValueKind.Array)
        {
            string[] words = [.. tags.EnumerateArray().Where(tag => tag.ValueKind == JsonValueKind.String).Select(tag => tag.GetString()!.Trim()).Where(tag => tag.Length > 0)];
            TrainingSet.AddTags(captions, captions[0].Item1, words, config.TagsWeight, config.TagsAloneWeight);
        }

        return captions;
    }

    private static string? Text(JsonElement item, string key) =>
        item.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { Length: > 0 } text ? text : null;
}
