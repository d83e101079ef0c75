namespace Manifold.Training;

/// <summary>What is learnt from.</summary>
public sealed record DataConfig
{
    /// <summary>
    /// <c>corpus</c> for the project's own data cache, else a JSONL file or a folder of pictures with captions, relative to the config file
    /// (docs/training.md, "Your own pairs").
    /// </summary>
    public string Source { get; init; } = "corpus";

    /// <summary>Of own pairs: allow pictures under the GPL (tuxpaint-stamps) to be learnt from; the corpus has none. No shipped bundle may set it.</summary>
    public bool AllowGpl { get; init; }

    /// <summary>Of the corpus: the locales of the captions.</summary>
    public IReadOnlyList<string> Locales { get; init; } = ["en", "zh", "fr", "es", "de"];

    /// <summary>How often a caption with tags or keywords is drawn, beside a bare label: 0 leaves them out.</summary>
    public double TagsWeight { get; init; } = 0.5;

    /// <summary>How often a caption of tags or keywords alone is drawn, beside a bare label: 0 leaves them out.</summary>
    public double TagsAloneWeight { get; init; }

    /// <summary>Of the corpus: the share of the clip-art concepts that an epoch visits, 0 to 1.</summary>
    public double ClipArtShare { get; init; } = 1;

    /// <summary>
    /// Vectors of English words from running text, which tell the meaning of words that no caption has: a file, relative to the config file, with a word and its numbers a line, the most frequent word first;
    /// <c>wink</c> for those of the data cache; empty for none.
    /// </summary>
    public string WordVectors { get; init; } = "";

    /// <summary>How many of the most frequent of those words are learnt without pictures when no caption has them.</summary>
    public int Words { get; init; } = 10_000;

    /// <summary>Of own pairs: the share of the concepts that is held out to measure with, 0 to 0.5.</summary>
    public double Validation { get; init; } = 0.1;
}
