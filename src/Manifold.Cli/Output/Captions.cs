using Manifold.Client;

namespace Manifold.Cli.Output;

/// <summary>The words that stand for an item before a person.</summary>
internal static class Captions
{
    private static readonly string[] Attributes = ["caption", "title", "label", "name", "text", "description"];

    /// <summary>The first of the usual attributes that the item has; else nothing.</summary>
    public static string Of(Item item) =>
        Attributes.Select(a => item.Attributes.GetValueOrDefault(a) as string).FirstOrDefault(c => !string.IsNullOrWhiteSpace(c)) ?? "";

    public static string Of(Modality modality) => modality == Modality.None ? "vector" : modality.ToString().ToLowerInvariant();
}
