namespace Manifold.Training;

/// <summary>A folder of pictures or recordings, each with a text file of the same name beside it: a caption a line.</summary>
internal static class PairFolder
{
    /// <summary>Of pictures.</summary>
    public static readonly IReadOnlySet<string> PictureExtensions = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg" };

    /// <summary>Of recordings.</summary>
    public static readonly IReadOnlySet<string> SoundExtensions = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { ".wav", ".flac", ".mp3", ".ogg", ".opus", ".m4a" };

    // Links to folders are not followed, so that a loop ends.
    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System };

    /// <summary>Reads it, in ordinal order of the paths.</summary>
    /// <param name="folder">The folder; others in it are read as well.</param>
    /// <param name="extensions">What is captioned.</param>
    /// <param name="skipped">What cannot be used is added to this.</param>
    public static List<OwnPair> Read(string folder, IReadOnlySet<string> extensions, List<SkippedPair> skipped)
    {
        var pairs = new List<OwnPair>();
        foreach (string file in Directory.EnumerateFiles(folder, "*", Recursive).Where(file => extensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
        {
            string text = Path.ChangeExtension(file, ".txt");
            if (!File.Exists(text))
            {
                skipped.Add(new SkippedPair(file, $"there is no {Path.GetFileName(text)} with its caption beside it"));
                continue;
            }

            (string, double)[] captions = [.. File.ReadLines(text).Select(line => line.Trim()).Where(line => line.Length > 0).Select(line => (line, 1.0))];
            if (captions.Length == 0)
                skipped.Add(new SkippedPair(text, "the caption is empty"));
            else
                pairs.Add(new OwnPair(text, Path.GetRelativePath(folder, file), file, captions, OwnPair.ConceptOf(captions[0].Item1)));
        }

        return pairs;
    }
}
