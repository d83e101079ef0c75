namespace Manifold.Training;

/// <summary>A picture of tuxpaint-stamps with its captions. GPL-2: for evaluation only.</summary>
/// <param name="Id">Its path under <c>stamps/</c> without extension.</param>
/// <param name="Picture">The PNG, or the SVG where there is no PNG.</param>
/// <param name="Captions">Language to caption for <c>en</c>, <c>zh</c>, <c>fr</c> and <c>es</c>; only those that the stamp has.</param>
public sealed record Stamp(string Id, Picture Picture, IReadOnlyDictionary<string, string> Captions)
{
    /// <summary>False for the letters, digits and sign-language hands, which only the <c>.all</c> tests hold.</summary>
    public bool IsPlain => !Id.StartsWith("symbols/alphabets/", StringComparison.Ordinal);
}
