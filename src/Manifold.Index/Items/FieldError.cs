namespace Manifold.Index;

/// <summary>One fault in what a caller gave.</summary>
/// <param name="Field">The path of the field at fault, for example <c>vectors.image</c> or <c>filter.and[1].range</c>.</param>
/// <param name="Message">What is wrong and what would be right.</param>
public sealed record FieldError(string Field, string Message)
{
    /// <summary>Longest piece of a caller's text that a message repeats.</summary>
    private const int MaxQuotedChars = 40;

    public override string ToString() => $"{Field}: {Message}";

    internal static string Quote(string text) => text.Length <= MaxQuotedChars ? text : text[..MaxQuotedChars] + "…";
}
