using System.Text.Encodings.Web;
using System.Text.Json;

namespace Manifold.Training;

/// <summary>Writes the demo's media: <c>items.jsonl</c>, <c>texts.jsonl</c>, <c>sounds.jsonl</c> and <c>videos.jsonl</c>, each with its folder, and <c>queries/</c>. Other files in the folder are kept.</summary>
public static class SampleWriter
{
    // Chinese and accents as themselves: the files are read by people too.
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes everything; the pictures of an earlier run are replaced.</summary>
    /// <returns>Number of pictures and of texts.</returns>
    public static (int Pictures, int Texts) Write(string folder, DataCache cache, Corpus corpus)
    {
        foreach (string old in (string[])["pictures", "queries", "sounds", "videos"])
        {
            if (Directory.Exists(Path.Combine(folder, old)))
                Directory.Delete(Path.Combine(folder, old), recursive: true);
        }

        var choices = SampleSelection.Choose(cache, corpus);
        foreach (var choice in choices)
            Save(Path.Combine(folder, choice.Item.Image), choice.Picture);
        foreach (var (name, picture) in SampleTexts.Queries(corpus))
            Save(Path.Combine(folder, "queries", name), picture);
        var texts = SampleTexts.Choose(corpus).ToArray();
        WriteLines(Path.Combine(folder, "items.jsonl"), choices.Select(choice => choice.Item));
        WriteLines(Path.Combine(folder, "texts.jsonl"), texts);
        var (sounds, videos) = SampleRecordings.Write(folder, corpus);
        WriteLines(Path.Combine(folder, "sounds.jsonl"), sounds);
        WriteLines(Path.Combine(folder, "videos.jsonl"), videos);
        return (choices.Count, texts.Length);
    }

    private static void Save(string path, Picture picture)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, picture.ReadBytes());
    }

    private static void WriteLines<T>(string path, IEnumerable<T> items) =>
        File.WriteAllText(path, string.Concat(items.Select(item => JsonSerializer.Serialize(item, Readable) + "\n")));
}
