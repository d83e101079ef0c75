namespace Manifold.Training;

/// <summary>What is learnt from.</summary>
public sealed record AudioDataConfig
{
    /// <summary>
    /// <c>speech</c> for texts of the project's own data that a synthesizer speaks, else a JSONL file or a folder of recordings with captions, relative to the config file
    /// (docs/training.md, "Your own recordings").
    /// </summary>
    public string Source { get; init; } = SpeechTexts.Source;

    /// <summary>Of speech: the languages, of en, zh, fr, es and de.</summary>
    public IReadOnlyList<string> Languages { get; init; } = ["en", "zh", "fr", "es", "de"];

    /// <summary>Of speech: how many texts are spoken, each once.</summary>
    public int Clips { get; init; } = 40_000;

    /// <summary>Of speech: the share of them that are one to three words of a frequency list put together, English only, so that words of which there is no picture are heard as well.</summary>
    public double WordsShare { get; init; } = 0.35;

    /// <summary>Of speech: how many words of that list.</summary>
    public int Words { get; init; } = 12_000;

    /// <summary>Of recordings: allow those under the GPL (tuxpaint-stamps) to be learnt from. No shipped bundle may set it.</summary>
    public bool AllowGpl { get; init; }

    /// <summary>Of recordings: the share of the captions that is held out to measure with, 0 to 0.5.</summary>
    public double Validation { get; init; } = 0.1;
}
