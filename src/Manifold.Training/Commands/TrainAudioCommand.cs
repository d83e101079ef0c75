using System.CommandLine;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary><c>train-audio --config FILE.yaml [--out FOLDER]</c>.</summary>
internal static class TrainAudioCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "YAML (docs/training.md lists the keys).", Required = true };
        var output = new Option<string?>("--out") { Description = "The run's folder: checkpoint, metrics, report and bundle; default runs/audio. A run that was killed goes on from its checkpoint." };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("train-audio", "Teach a bundle's space to a tower of sound, and export the bundle with it.") { config, output, data };
        command.SetAction((parse, cancellation) => Task.Run(() => Run(parse.GetRequiredValue(config), parse.GetValue(output), parse.GetValue(data), cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(FileInfo file, string? output, string? dataFolder, CancellationToken cancellation)
    {
        var config = ConfigFile.Load(file.FullName, new AudioTowerConfig(), AudioTowerConfigChecks.Problems);
        var bundle = Bundle.Load(BundleLocation.Resolve(config.Base == BundleLocation.Default ? config.Base : Path.Combine(file.DirectoryName!, config.Base)));
        if (bundle.Manifest.Towers.Text is null)
            throw new InvalidDataException($"{file.FullName}: base names bundle '{bundle.Manifest.Name}', which has no text tower to learn from.");
        string folder = Path.GetFullPath(output ?? Path.Combine("runs", "audio"));
        try
        {
            AudioTowerRun.Execute(config, AudioTrainingData.Read(file.FullName, config, dataFolder, Console.Error, cancellation), bundle, folder, Console.Error, cancellation);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Stopped. The same command goes on from the checkpoint in {folder}.");
            return 130;
        }
    }
}
