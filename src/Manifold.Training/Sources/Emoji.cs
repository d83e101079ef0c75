namespace Manifold.Training;

/// <summary>One emoji concept with its names.</summary>
/// <param name="Code">Code points in upper-case hex joined by <c>-</c>, without FE0F and FE0E.</param>
/// <param name="Group">emojibase's group; null for the regional indicators.</param>
/// <param name="Labels">Locale to label, for example <c>zh</c> to 企鹅.</param>
/// <param name="Tags">Locale to tags.</param>
public sealed record Emoji(
    string Code, int? Group, IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, IReadOnlyList<string>> Tags)
{
    private const int SymbolsGroup = 8;
    private const int FlagsGroup = 9;

    /// <summary>True for what the plain tests hold: everything but the groups of symbols and of flags.</summary>
    public bool IsPlain => Group is not (SymbolsGroup or FlagsGroup);
}
