namespace Manifold.Training;

/// <summary>A picture of the Open Clip Art Library with what its SVG says about it.</summary>
/// <param name="Id">Its path under <c>svg/</c> without extension.</param>
/// <param name="Picture">The PNG rendering.</param>
/// <param name="Title">The title.</param>
/// <param name="Keywords">The keywords; may be empty.</param>
public sealed record ClipArt(string Id, Picture Picture, string Title, IReadOnlyList<string> Keywords)
{
    /// <summary>Its part of the split, which follows from the words of title and keywords.</summary>
    public SplitPart Part => SplitRules.SplitClipArt(Title, Keywords);
}
