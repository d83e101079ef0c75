namespace Manifold.Index;

/// <summary>A stored segment or deletion list is damaged. Nothing is guessed: what cannot be trusted is not read.</summary>
public sealed class CorruptSegmentException(string file, string section, long offset, string what)
    : Exception($"'{file}' is damaged in section '{section}' at offset {offset}: {what}.")
{
    /// <summary>The file, or the name it was given under.</summary>
    public string File { get; } = file;

    /// <summary>The section, for example <c>header</c>, <c>table</c>, <c>ids</c> or <c>vectors image</c>.</summary>
    public string Section { get; } = section;

    /// <summary>Where in the file, in bytes.</summary>
    public long Offset { get; } = offset;
}
