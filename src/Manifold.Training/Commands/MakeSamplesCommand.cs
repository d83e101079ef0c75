using System.CommandLine;

namespace Manifold.Training;

/// <summary><c>make-samples --out FOLDER</c>.</summary>
internal static class MakeSamplesCommand
{
    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "The folder, usually samples/.", Required = true };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("make-samples", "Choose and copy the demo's pictures and texts; the same ones each time.") { output, data };
        command.SetAction(parse =>
        {
            var cache = DataCache.Open(parse.GetValue(data));
            string folder = Path.GetFullPath(parse.GetRequiredValue(output));
            var (pictures, texts) = SampleWriter.Write(folder, cache, new Corpus(cache));
            Console.Error.WriteLine($"{pictures} pictures and {texts} texts in {folder}");
            return 0;
        });
        return command;
    }
}
