using System.CommandLine;
using System.Diagnostics;
using Manifold.Cli.Demo;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class DemoCommand
{
    private const string SheetName = "manifold-demo.png";

    public static Command Create()
    {
        var keep = new Option<bool>("--keep") { Description = "Leave the server running until Ctrl-C." };
        var data = new Option<string?>("--data") { Description = "Keep the collection in this folder; default: a temporary one, removed at the end.", HelpName = "folder" };
        var sheet = new Option<string?>("--sheet") { Description = $"Where to draw the contact sheet; default {SheetName}.", HelpName = "file" };
        return new Command("demo", "Start a server, take in the sample media, ask a few queries, and stop.") { keep, data, sheet }.Locally(
            (parsed, terminal, cancellationToken) => RunAsync(parsed.GetValue(keep), parsed.GetValue(data), parsed.GetValue(sheet), terminal, cancellationToken));
    }

    private static async Task<int> RunAsync(bool keep, string? data, string? sheet, Terminal terminal, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        var samples = Samples.Find();
        var folder = data ?? Directory.CreateTempSubdirectory("manifold-demo-").FullName;
        try
        {
            await using var host = await LocalServer.StartAsync(SettingsOf(folder), cancellationToken);
            terminal.Note($"server at {host.Address}, ready in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s");
            using var client = ClientCommand.Connect(host.Address!);

            var hasFfmpeg = MediaTools.AreThere();
            if (!hasFfmpeg)
                terminal.Note("ffmpeg is not there: the demo leaves out recordings and videos (Debian and Ubuntu: apt-get install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg)");
            var bundle = (await client.ListBundlesAsync(cancellationToken)).First(known => known.Name == DemoRun.Bundle);
            Modality[] media = hasFfmpeg ? [Modality.Video, .. bundle.Modalities.Where(modality => modality == Modality.Audio)] : [];
            var run = new DemoRun(client, samples, media.ToHashSet(), terminal);
            var items = await run.IngestAsync(cancellationToken);
            var answers = await run.AskAsync(DemoQueries.All, cancellationToken);
            var report = new DemoReport(answers, items, Stopwatch.GetElapsedTime(started).TotalSeconds);

            string[] places = sheet is null ? [SheetName, Path.Combine(Path.GetTempPath(), SheetName)] : [sheet];
            var drawn = await report.WriteSheetAsync(samples, places, cancellationToken);
            if (terminal.Json)
                report.WriteJson(terminal);
            else
                report.WriteTables(terminal);
            SayHowToGoOn(terminal, drawn);

            if (keep)
            {
                terminal.Note($"the server stays at {host.Address}: manifold search {DemoRun.Collection} \"a dog\" --server {host.Address}");
                terminal.Note("stop it with Ctrl-C");
                await host.WaitForShutdownAsync(cancellationToken);
            }

            return ExitCode.Ok;
        }
        finally
        {
            if (data is null)
                Remove(folder, terminal);
        }
    }

    private static Dictionary<string, string?> SettingsOf(string folder) => new()
    {
        ["Manifold:Data"] = folder,
        ["Manifold:Port"] = "0",
        ["Manifold:HttpPort"] = "0",
        ["Logging:LogLevel:Default"] = "Warning",
    };

    private static void SayHowToGoOn(Terminal terminal, string drawn)
    {
        var open = OperatingSystem.IsWindows() ? "start \"\"" : OperatingSystem.IsMacOS() ? "open" : "xdg-open";
        const string manifold = "dotnet run --project src/Manifold.Cli -c Release --";
        terminal.Note("");
        terminal.Note($"contact sheet: {drawn}");
        terminal.Note($"  open it:     {open} '{drawn}'");
        terminal.Note("your own pictures and texts, from the repository's folder:");
        terminal.Note($"  {manifold} serve --data manifold-data");
        terminal.Note("and in a second terminal:");
        terminal.Note($"  {manifold} ingest mine ~/Pictures");
        terminal.Note($"  {manifold} search mine \"a red car\" --sheet hits.png");
    }

    private static void Remove(string folder, Terminal terminal)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            terminal.Note($"could not remove {folder}: {exception.Message}");
        }
    }
}
