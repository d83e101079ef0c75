namespace Manifold.Encoders;

/// <summary>The words of <see cref="UnknownBundleException"/>.</summary>
internal static class UnknownBundle
{
    public static UnknownBundleException Named(string name, IEnumerable<string> known)
    {
        string list = string.Join(", ", known.Order(StringComparer.Ordinal).Select(k => $"'{k}'"));
        return new(name, list.Length == 0 ? $"There is no bundle '{name}': none is loaded here." : $"There is no bundle '{name}'; loaded here: {list}.");
    }

    public static UnknownBundleException WithoutTower(BundleManifest manifest, Modality modality) =>
        new(manifest.Name, $"Bundle '{manifest.Name}' does not encode {Word(modality)}; it encodes {string.Join(" and ", manifest.Towers.Modalities.Select(Word))}.");

    private static string Word(Modality modality) => modality switch
    {
        Modality.Text => "texts",
        Modality.Image => "images",
        Modality.Audio => "audio",
        _ => "video",
    };
}
