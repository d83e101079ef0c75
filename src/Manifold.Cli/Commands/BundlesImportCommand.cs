using System.CommandLine;
using Manifold.Cli.Output;
using Manifold.Encoders;

namespace Manifold.Cli.Commands;

internal static class BundlesImportCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "A model as it is downloaded: config.json, tokenizer.json, preprocessor_config.json and onnx/." };
        var name = new Option<string?>("--name") { Description = "The bundle's name; the folder's by default.", HelpName = "name" };
        var variant = new Option<string>("--variant") { Description = "Which ONNX files: fp32, fp16, int8 or another suffix of their names.", DefaultValueFactory = _ => "fp32" };
        var license = new Option<string?>("--license") { Description = "The model's licence, as an SPDX expression.", HelpName = "expression" };
        var description = new Option<string?>("--description") { Description = "A sentence for listings." };
        var library = CommonSymbols.Library();
        var replace = CommonSymbols.Replace();
        return new Command("import", "Make a bundle of a CLIP, SigLIP or CLAP model in its usual ONNX layout.") { folder, name, variant, license, description, library, replace }.Locally(
            async (parsed, terminal, cancellationToken) =>
            {
                var options = new ImportOptions
                {
                    Folder = parsed.GetRequiredValue(folder),
                    Library = CommonSymbols.LibraryOf(parsed, library),
                    Name = parsed.GetValue(name),
                    Variant = parsed.GetRequiredValue(variant),
                    License = parsed.GetValue(license),
                    Description = parsed.GetValue(description),
                    Replace = parsed.GetValue(replace),
                };

                // Ctrl-C does not wait for a model of gigabytes; what is left of it is removed by the next import of that name.
                var bundle = await Task.Run(() => BundleImport.Run(options), cancellationToken).WaitAsync(cancellationToken);
                BundleReport.Print(bundle, options.Library, "imported", terminal);
                return ExitCode.Ok;
            });
    }
}
