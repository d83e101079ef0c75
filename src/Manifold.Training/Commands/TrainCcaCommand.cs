using System.CommandLine;
using System.Text.Json;

namespace Manifold.Training;

/// <summary><c>train-cca --out FOLDER [--config FILE.json]</c>.</summary>
internal static class TrainCcaCommand
{
    private static readonly JsonSerializerOptions ConfigFormat = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "The bundle's folder; made if it is not there.", Required = true };
        var config = new Option<FileInfo?>("--config") { Description = "JSON with options to change (docs/training.md lists them)." };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("train-cca", "Fit the shallow baseline, regularised CCA, and write it as a bundle.") { output, config, data };
        command.SetAction(parse =>
        {
            var corpus = new Corpus(DataCache.Open(parse.GetValue(data)));
            string folder = Path.GetFullPath(parse.GetRequiredValue(output));
            CcaTrainer.Train(corpus, folder, ReadConfig(parse.GetValue(config)), Console.Error);
            return 0;
        });
        return command;
    }

    /// <summary>The defaults with what the file changes.</summary>
    /// <exception cref="InvalidDataException">The file is not JSON or has an unknown key; the message names the file.</exception>
    public static CcaOptions ReadConfig(FileInfo? file)
    {
        if (file is null)
            return new CcaOptions();
        try
        {
            return JsonSerializer.Deserialize<CcaOptions>(File.ReadAllText(file.FullName), ConfigFormat) ?? new CcaOptions();
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{file.FullName}: {e.Message}", e);
        }
    }
}
