namespace Manifold.Index;

/// <summary>A page of items in ascending order of their ids' UTF-8 bytes.</summary>
/// <param name="Items">The items.</param>
/// <param name="NextAfterId">What to give as <c>afterId</c> for the next page; null if there is none.</param>
public sealed record ScrollPage(IReadOnlyList<Item> Items, string? NextAfterId);
