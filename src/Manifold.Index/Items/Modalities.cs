namespace Manifold.Index;

/// <summary>The modalities an item can have. Stored as one byte: its index in <see cref="All"/>.</summary>
public static class Modalities
{
    /// <summary>The item was given by its vectors alone.</summary>
    public const string None = "";

    /// <summary>Text.</summary>
    public const string Text = "text";

    /// <summary>A picture.</summary>
    public const string Image = "image";

    /// <summary>Sound.</summary>
    public const string Audio = "audio";

    /// <summary>Moving pictures.</summary>
    public const string Video = "video";

    /// <summary>All modalities in the order of their stored codes; new ones are appended.</summary>
    public static IReadOnlyList<string> All { get; } = [None, Text, Image, Audio, Video];

    private static readonly byte[][] Names = [.. All.Select(Utf8Text.Encode)];

    /// <summary>How many codes there are.</summary>
    internal static int CodeCount => Names.Length;

    /// <summary>The stored code, or -1 for an unknown name.</summary>
    internal static int CodeOf(string name)
    {
        for (var code = 0; code < All.Count; code++)
            if (All[code] == name) return code;
        return -1;
    }

    /// <summary>The name's UTF-8 bytes.</summary>
    internal static ReadOnlySpan<byte> Utf8Of(int code) => Names[code];
}
