using System.CommandLine;
using Manifold.Cli.Bundles;
using Manifold.Cli.Output;
using Manifold.Encoders;

namespace Manifold.Cli.Commands;

internal static class BundlesPullCommand
{
    private const string SourceVariable = "MANIFOLD_BUNDLE_SOURCE";

    public static Command Create()
    {
        var name = new Argument<string>("name") { Description = "The bundle's name." };
        var source = new Option<string?>("--from")
        {
            Description = $"The address that bundles are below: ADDRESS/NAME/bundle.json; default {SourceVariable}.",
            HelpName = "address",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(SourceVariable) is { Length: > 0 } address ? address : null,
        };
        var library = CommonSymbols.Library();
        var replace = CommonSymbols.Replace();
        return new Command("pull", "Download a bundle over HTTP, or go on with a download that broke off.") { name, source, library, replace }.Locally(async (parsed, terminal, cancellationToken) =>
        {
            var called = parsed.GetRequiredValue(name);
            if (!BundleManifest.IsName(called))
                throw ToolException.Usage($"'{called}' is not the name of a bundle: 1 to 64 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit");
            var from = AddressOf(parsed.GetValue(source));
            var folder = CommonSymbols.LibraryOf(parsed, library);
            BundleLibrary.CheckVacant(folder, called, parsed.GetValue(replace));

            using var http = new HttpClient { Timeout = BundleDownload.StallTimeout };
            var download = new BundleDownload(http, from, folder, called, new RetryPolicy(terminal.Note));
            var manifest = await download.ReadManifestAsync(cancellationToken);
            var total = manifest.Files.Values.Sum(f => f.Bytes);
            var bundle = await ProgressDisplay.RunAsync(terminal, $"pull {called}", total, BundleReport.Megabytes, progress => download.RunAsync(manifest, progress, cancellationToken));
            BundleReport.Print(bundle, folder, "pulled", terminal);
            return ExitCode.Ok;
        });
    }

    private static Uri AddressOf(string? text)
    {
        if (text is null)
            throw ToolException.Usage($"say where from: --from ADDRESS, or {SourceVariable}");
        return Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? address
            : throw ToolException.Usage($"--from: '{text}' is not an address such as https://models.example.org/bundles");
    }
}
