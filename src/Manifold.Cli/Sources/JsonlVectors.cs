using System.Text.Json;
using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>Reads the vectors of an item of a multi-vector space, and their places, from JSON.</summary>
internal static class JsonlVectors
{
    /// <param name="value">A list of lists of numbers, all of one length.</param>
    /// <returns>[vectors × dimension]</returns>
    /// <exception cref="ToolException">It is not that.</exception>
    public static float[] Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() == 0)
            throw new ToolException("'vectors' must be a list of lists of numbers");
        float[][] vectors = [.. value.EnumerateArray().Select((vector, i) => JsonlLine.VectorOf(vector, $"vectors[{i}]"))];
        var odd = Array.FindIndex(vectors, vector => vector.Length != vectors[0].Length);
        return odd < 0
            ? [.. vectors.SelectMany(vector => vector)]
            : throw new ToolException($"'vectors[{odd}]' has {vectors[odd].Length} numbers where 'vectors[0]' has {vectors[0].Length}");
    }

    /// <param name="value">A list of objects with <c>start</c> and <c>end</c> (seconds), with <c>box</c> (left, top, right, bottom; 0 to 1), or with all three.</param>
    /// <exception cref="ToolException">It is not that.</exception>
    public static IReadOnlyList<Place> ReadPlaces(JsonElement value) => value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Select((place, i) => ReadPlace(place, $"places[{i}]"))]
        : throw new ToolException("'places' must be a list");

    private static Place ReadPlace(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw new ToolException($"'{field}' must be an object with 'start' and 'end', or with 'box'");
        (float, float, float, float)? box = null;
        (float, float)? interval = null;
        if (value.TryGetProperty("box", out var edges))
        {
            box = JsonlLine.VectorOf(edges, $"{field}.box") is [var left, var top, var right, var bottom]
                ? (left, top, right, bottom)
                : throw new ToolException($"'{field}.box' must be four numbers: left, top, right, bottom");
        }

        if (value.TryGetProperty("start", out var start) | value.TryGetProperty("end", out var end))
        {
            interval = start.ValueKind == JsonValueKind.Number && end.ValueKind == JsonValueKind.Number
                ? (start.GetSingle(), end.GetSingle())
                : throw new ToolException($"'{field}' needs numbers for both 'start' and 'end'");
        }

        return new Place { Box = box, Interval = interval };
    }
}
