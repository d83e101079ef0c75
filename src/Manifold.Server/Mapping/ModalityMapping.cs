using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Modalities between the wire and the index.</summary>
internal static class ModalityMapping
{
    private static readonly Dictionary<V1.Modality, string> Names = new()
    {
        [V1.Modality.Unspecified] = Modalities.None,
        [V1.Modality.Text] = Modalities.Text,
        [V1.Modality.Image] = Modalities.Image,
        [V1.Modality.Audio] = Modalities.Audio,
        [V1.Modality.Video] = Modalities.Video,
    };

    private static readonly Dictionary<string, V1.Modality> Values = Names.ToDictionary(n => n.Value, n => n.Key);

    /// <exception cref="ManifoldException">InvalidArgument: a number that stands for nothing.</exception>
    public static string Read(V1.Modality modality, string field) =>
        Names.TryGetValue(modality, out var name) ? name : throw ManifoldException.Invalid(field, $"there is no modality {(int)modality}");

    public static V1.Modality Write(string modality) => Values[modality];
}
