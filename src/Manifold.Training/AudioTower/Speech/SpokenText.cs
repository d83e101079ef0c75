namespace Manifold.Training;

/// <summary>A text to be spoken.</summary>
/// <param name="Text">The text.</param>
/// <param name="Language">en, zh, fr, es or de.</param>
public sealed record SpokenText(string Text, string Language);
