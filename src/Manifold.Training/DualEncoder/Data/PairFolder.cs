namespace Manifold.Training;

/// <summary>A folder of pictures, each with a text file of the same name beside it: a caption a line.</summary>
internal static class PairFolder
{
    private static readonly HashSet<string> PictureExtensions = new(StringComparer.OrdinalIgnoreCase) { ".png", ".jpg", ".jpeg", ".webp", ".gif", ".svg" };

    // Links to folders are not followed, so that a loop ends.
    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint | FileAttributes.System };

    /// <summary>Reads it, in ordinal order of the paths.</summary>
    public static List<OwnPair> Read(string folder, List<SkippedPair> skipped)
    {
        var pairs = new List<OwnPair>();
        foreach (string file in Directory.EnumerateFiles(folder, "*", Recursive).Where(file => PictureExtensions.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal))
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
                pairs.Add(new OwnPair(text, new Picture(PictureSource.Own, Path.GetRelativePath(folder, file), file), captions, OwnPair.ConceptOf(captions[0].Item1)));
        }

        return pairs;
    }
}
