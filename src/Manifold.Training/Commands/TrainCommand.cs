using System.CommandLine;
using Manifold.Encoders;

namespace Manifold.Training;

/// <summary><c>train --config FILE.yaml [--out FOLDER] [--baseline BUNDLE] [--ablations RUN…]</c>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var config = new Option<FileInfo>("--config") { Description = "YAML (docs/training.md lists the keys).", Required = true };
        var output = new Option<string?>("--out") { Description = "The run's folder: checkpoint, metrics, report and bundle; default runs/NAME. A run that was killed goes on from its checkpoint." };
        var baseline = new Option<string?>("--baseline") { Description = "A bundle that the report compares with." };
        var ablations = new Option<string[]>("--ablations") { Description = "Folders of runs that ended, which the report tells of, each beside this run or the first of them, whichever is more like it.", AllowMultipleArgumentsPerToken = true };
        var data = new Option<string?>("--data") { Description = "The data cache; default MANIFOLD_DATA, else ~/.cache/manifold-data." };
        var command = new Command("train", "Train a dual encoder and export it as a bundle.") { config, output, baseline, ablations, data };
        command.SetAction((parse, cancellation) => Task.Run(
            () => Run(parse.GetRequiredValue(config), parse.GetValue(output), parse.GetValue(baseline), parse.GetValue(ablations) ?? [], parse.GetValue(data), cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(FileInfo file, string? output, string? baseline, string[] ablations, string? dataFolder, CancellationToken cancellation)
    {
        var config = DualEncoderConfigFile.Load(file.FullName);
        var compared = baseline is null ? null : Bundle.Load(BundleLocation.Resolve(baseline));
        AblationRun[] others = [.. ablations.Select(folder => AblationRun.Read(Path.GetFullPath(folder)))];
        var data = TrainingDataSource.Read(file.FullName, config.Data, dataFolder);
        string folder = Path.GetFullPath(output ?? Path.Combine("runs", config.Name));
        string derived = Path.Combine(Path.GetFullPath(dataFolder ?? DataCache.DefaultFolder), "derived");
        try
        {
            TrainingRun.Execute(config, data, folder, derived, compared, others, Console.Error, cancellation);
            return 0;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"Stopped. The same command goes on from the checkpoint in {folder}.");
            return 130;
        }
    }
}
