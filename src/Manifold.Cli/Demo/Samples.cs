namespace Manifold.Cli.Demo;

/// <summary>The sample media: beside the program, or in the repository that it was built from.</summary>
/// <param name="folder">The folder <c>samples</c>.</param>
internal sealed class Samples(string folder)
{
    public string Pictures => Path.Combine(folder, "items.jsonl");

    public string Texts => Path.Combine(folder, "texts.jsonl");

    public string Sounds => Path.Combine(folder, "sounds.jsonl");

    public string Videos => Path.Combine(folder, "videos.jsonl");

    public string Query(string name) => Path.Combine(folder, "queries", name);

    /// <exception cref="ToolException">There are none.</exception>
    public static Samples Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var samples = Path.Combine(folder.FullName, "samples");
            if (File.Exists(Path.Combine(samples, "items.jsonl")))
                return new Samples(samples);
        }

        throw new ToolException("the sample media (samples/items.jsonl) are neither beside the program nor above it");
    }
}
