namespace Manifold.Storage;

/// <summary>The rule for object names: parts of ASCII letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, divided by <c>/</c>; no part is empty, <c>.</c> or <c>..</c>. The marker's name is no object's.</summary>
internal static class ObjectName
{
    private const int MaxPartLength = 255;
    private const int MaxLength = 1024;

    public static bool IsValid(string name) =>
        name is not SegmentStoreMarker.ObjectName && name is { Length: > 0 and <= MaxLength } && name.Split('/').All(IsValidPart);

    public static ArgumentException Invalid(string name) =>
        new($"'{name}' is no object name: parts of letters, digits, '-', '_' and '.', divided by '/', none of them '.' or '..'", nameof(name));

    private static bool IsValidPart(string part) =>
        part.Length is > 0 and <= MaxPartLength && part is not ("." or "..")
        && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
