using System.CommandLine;
using Grpc.Core;
using Manifold.Cli.Output;
using Manifold.Cli.Sources;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class IngestCommand
{
    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var path = new Argument<string>("path") { Description = "A folder of pictures and texts, or a .jsonl file." };
        var bundle = new Option<string?>("--bundle") { Description = "Create the collection with this encoder if there is none of that name." };
        return new Command("ingest", "Take in a folder, or the lines of a JSONL file.") { collection, path, bundle }.OnServer(
            async (parsed, client, terminal, cancellationToken) =>
            {
                var name = parsed.GetRequiredValue(collection);
                var from = parsed.GetRequiredValue(path);
                if (!Directory.Exists(from) && !File.Exists(from))
                    throw new ToolException($"no such folder or file: {from}");

                var info = await FindOrCreateAsync(client, name, parsed.GetValue(bundle), terminal, cancellationToken);
                IItemSource source = Directory.Exists(from) ? new FolderSource(from) : new JsonlSource(from, info.Spaces[0].Name);
                var report = await IngestDisplay.RunAsync(
                    terminal, $"ingest into {name}", source.Total, progress => new IngestRun(client, name).RunAsync(source, progress, cancellationToken));
                Print(report, source, name, terminal);
                return report.Failed == 0 ? ExitCode.Ok : ExitCode.Error;
            });
    }

    /// <summary>The collection. One that is missing is created with the bundle that was named, or with the server's only one.</summary>
    private static async Task<CollectionInfo> FindOrCreateAsync(
        ManifoldClient client, string name, string? bundle, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            var found = await client.GetCollectionAsync(name, cancellationToken);
            if (bundle is not null && found.Spaces.All(s => s.Encoder != bundle))
                throw new ToolException($"collection '{name}' is there, and not filled by '{bundle}': leave --bundle out, or take another name");
            return found;
        }
        catch (ManifoldException exception) when (exception.Status == StatusCode.NotFound)
        {
            var encoder = bundle ?? await OnlyBundleAsync(client, name, cancellationToken);
            var created = await client.CreateCollectionAsync(name, Space.OfBundle(encoder), cancellationToken: cancellationToken);
            terminal.Note($"created collection '{name}' with encoder '{encoder}'");
            return created;
        }
    }

    private static async Task<string> OnlyBundleAsync(ManifoldClient client, string name, CancellationToken cancellationToken)
    {
        var bundles = await client.ListBundlesAsync(cancellationToken);
        if (bundles.Count == 1)
            return bundles[0].Name;

        var encoder = bundles.Count == 0 ? "" : $"name its encoder with --bundle ({string.Join(" or ", bundles.Select(b => b.Name))}), or ";
        throw new ToolException($"there is no collection '{name}': {encoder}create it for vectors: manifold collections create {name} --dimension N");
    }

    private static void Print(IngestReport report, IItemSource source, string collection, Terminal terminal)
    {
        report.PrintErrors(terminal);
        if (source is FolderSource { Skipped: > 0 } folder)
            terminal.Note($"passed over {folder.Skipped:N0} files that are neither pictures nor texts");
        if (terminal.Json)
        {
            terminal.WriteJson(new
            {
                report.Ingested,
                report.Failed,
                report.Seconds,
                Errors = report.Errors.Select(e => new { e.Line, e.Id, e.Message, File = e.Line is null ? e.Location : null }),
            });
            return;
        }

        var rate = report.Seconds > 0 ? $", {report.Ingested / report.Seconds:N0} a second" : "";
        terminal.WriteLine($"ingested {report.Ingested:N0} into {collection} in {report.Seconds:N1} s{rate}; {report.Failed:N0} failed");
    }
}
