using System.Text;

namespace Manifold.Training;

/// <summary>A picture or recording of a user's with its captions.</summary>
/// <param name="Place">File and line, or the medium's file.</param>
/// <param name="Id">Its path as it was named.</param>
/// <param name="Path">Its file.</param>
/// <param name="Captions">Captions with their weights; at least one.</param>
/// <param name="Concept">What tells concepts apart.</param>
internal sealed record OwnPair(string Place, string Id, string Path, IReadOnlyList<(string Text, double Weight)> Captions, string Concept)
{
    /// <summary>A concept that no one named: its first caption, without what does not tell things apart.</summary>
    public static string ConceptOf(string caption) => caption.Normalize(NormalizationForm.FormKC).Trim().ToLowerInvariant();
}
