using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class StatusCommand
{
    public static Command Create() =>
        new Command("status", "Show the cluster: its processes and shards.").OnServer(async (_, client, terminal, cancellationToken) =>
        {
            var status = await client.StatusAsync(cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(status);
            else
                Print(status, client.Address, terminal);
            return status.Shards.All(s => s.State != "failed") ? ExitCode.Ok : ExitCode.Error;
        });

    private static void Print(Client.ClusterStatus status, Uri address, Terminal terminal)
    {
        var encoders = status.EncoderDevice.Length > 0 ? $"encoders on {status.EncoderDevice}" : "no encoders";
        terminal.WriteLine($"Manifold {status.Version} at {address}, {encoders}");
        var silos = Tables.Create("silo", "address", "state", "roles");
        foreach (var s in status.Silos)
            silos.AddTexts(s.Name, s.Address, s.State, string.Join(", ", s.Roles));
        terminal.Display.Write(silos);

        if (status.Shards.Count == 0)
        {
            terminal.WriteLine("No collections yet. Make one with: manifold ingest NAME FOLDER");
            return;
        }

        var shards = Tables.Create("collection", "shard", "rank", "silo", "state", "items", "segments", "growing", "epoch", "position")
            .Right(1).Right(2).Right(5).Right(6).Right(7).Right(8).Right(9);
        foreach (var s in status.Shards)
        {
            var state = s.Reason.Length > 0 ? $"{s.State}: {s.Reason}" : s.State;
            shards.AddTexts(s.Collection, Text(s.Shard), Text(s.Rank), s.Silo, state, Text(s.Items), Text(s.Segments), Text(s.GrowingItems), Text(s.Epoch), Text(s.Position));
        }

        terminal.Display.Write(shards);
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
