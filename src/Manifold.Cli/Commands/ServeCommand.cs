using System.CommandLine;
using System.Globalization;
using Manifold.Encoders;

namespace Manifold.Cli.Commands;

internal static class ServeCommand
{
    public static Command Create()
    {
        var data = new Option<string>("--data") { Description = "The folder that keeps the collections; it is created.", HelpName = "folder", Required = true };
        var port = CommonSymbols.Number("--port", "gRPC; default 6810, 0 takes a free one.", 0, 65535);
        var httpPort = CommonSymbols.Number("--http-port", "/health, /alive and /metrics over HTTP/1.1; default: the port after gRPC's, 0 for none.", 0, 65535);
        var roles = new Option<string?>("--roles") { Description = "What this process does, with commas: shard, encoder, gateway; default all." };
        var device = new Option<string?>("--device") { Description = "Where encoders run; default auto." };
        device.AcceptOnlyFromAmong("auto", "cuda", "cpu");
        var bundles = new Option<string[]>("--bundles") { Description = "A folder of encoder bundles; may be given several times.", HelpName = "folder" };

        return new Command("serve", "Run a server in this process until Ctrl-C.") { data, port, httpPort, roles, device, bundles }.Locally(
            async (parsed, terminal, cancellationToken) =>
            {
                var settings = new Dictionary<string, string?> { ["Manifold:Data"] = parsed.GetRequiredValue(data) };
                Set("Manifold:Port", Text(parsed.GetValue(port)));
                Set("Manifold:HttpPort", Text(parsed.GetValue(httpPort)));
                Set("Manifold:Roles", parsed.GetValue(roles));
                Set("Manifold:Encoders:Device", parsed.GetValue(device));
                Set("Manifold:BundleLibrary", BundleLibrary.DefaultPath);
                var folders = parsed.GetValue(bundles) ?? [];
                for (var i = 0; i < folders.Length; i++)
                    Set($"Manifold:Encoders:BundleFolders:{i}", folders[i]);
                if (!terminal.Json)
                    return await LocalServer.RunAsync(settings, cancellationToken);

                await using var host = await LocalServer.StartAsync(settings, cancellationToken);
                terminal.WriteJson(new { host.Address, host.HttpAddress });
                await host.WaitForShutdownAsync(cancellationToken);
                return ExitCode.Ok;

                void Set(string key, string? value)
                {
                    if (value is not null)
                        settings[key] = value;
                }
            });
    }

    private static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
}
