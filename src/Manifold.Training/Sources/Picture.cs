using System.Text;

namespace Manifold.Training;

/// <summary>An encoded picture of one source, read when it is asked for.</summary>
/// <param name="Source">Its source.</param>
/// <param name="Id">Its id within the source (see docs/evaluation.md, "Ids").</param>
/// <param name="Path">The file it is in; null for an inline SVG.</param>
/// <param name="Svg">The SVG text, for the icon sets that keep bodies in one JSON file; null otherwise.</param>
public sealed record Picture(PictureSource Source, string Id, string? Path, string? Svg = null)
{
    /// <summary>The encoded bytes (PNG, WebP or SVG), freshly read.</summary>
    public byte[] ReadBytes() => Svg is not null ? Encoding.UTF8.GetBytes(Svg) : File.ReadAllBytes(Path!);
}
