using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Storage;

namespace Manifold.Grains;

/// <summary>How grain state is written, in files as in Redis: JSON in UTF-8.</summary>
public static class GrainStateJson
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    /// <summary>For Orleans' own storage providers.</summary>
    public static IGrainStorageSerializer Serializer { get; } = new OfOrleans();

    private sealed class OfOrleans : IGrainStorageSerializer
    {
        public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, Options));

        public T? Deserialize<T>(BinaryData input)
        {
            try
            {
                return JsonSerializer.Deserialize<T>(input.ToMemory().Span, Options) ?? Activator.CreateInstance<T>();
            }
            catch (JsonException e)
            {
                throw new Manifold.Storage.CorruptDataException($"a stored state is damaged: {e.Message}", e);
            }
        }
    }
}
