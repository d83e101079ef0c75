using System.Text.Json.Nodes;

namespace Manifold.Encoders.Tests;

internal static class JsonObjects
{
    /// <summary>The same object with a member more, or another.</summary>
    public static JsonObject With(this JsonObject json, string name, JsonNode value)
    {
        json[name] = value;
        return json;
    }
}
