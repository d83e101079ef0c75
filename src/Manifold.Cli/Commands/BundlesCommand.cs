using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class BundlesCommand
{
    public static Command Create() =>
        new Command("bundles", "List the encoder bundles that the server has loaded, or add one.") { BundlesImportCommand.Create(), BundlesPullCommand.Create() }.OnServer(async (_, client, terminal, cancellationToken) =>
        {
            var bundles = await client.ListBundlesAsync(cancellationToken);
            if (terminal.Json)
            {
                terminal.WriteJson(new
                {
                    Bundles = bundles.Select(b => new { b.Name, b.Version, b.Dimension, Modalities = b.Modalities.Select(Captions.Of), b.Description, b.License }),
                });
                return ExitCode.Ok;
            }

            var table = Tables.Create("name", "version", "dimension", "modalities", "licence", "description").Right(2);
            foreach (var b in bundles)
            {
                var modalities = string.Join(", ", b.Modalities.Select(Captions.Of));
                table.AddTexts(b.Name, b.Version, b.Dimension.ToString(CultureInfo.InvariantCulture), modalities, b.License, b.Description);
            }

            terminal.Display.Write(table);
            return ExitCode.Ok;
        });
}
