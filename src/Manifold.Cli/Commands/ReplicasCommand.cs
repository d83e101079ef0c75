using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class ReplicasCommand
{
    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var rebuild = new Option<bool>("--rebuild") { Description = "Make a replica that differs from its leader anew." };
        return new Command("replicas", "Compare the replicas of a collection by what is in them.") { collection, rebuild }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var comparison = await client.CompareReplicasAsync(parsed.GetRequiredValue(collection), parsed.GetValue(rebuild), cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(comparison);
            else
                Print(comparison, terminal);
            return comparison.Agree ? ExitCode.Ok : ExitCode.Error;
        });
    }

    private static void Print(Client.ReplicaComparison comparison, Terminal terminal)
    {
        var table = Tables.Create("shard", "rank", "silo", "position", "items", "digest", "").Right(0).Right(1).Right(3).Right(4);
        foreach (var r in comparison.Replicas)
        {
            var note = r.Error.Length > 0 ? r.Error : r.Rebuilt ? "made anew" : "";
            table.AddTexts(Text(r.Shard), Text(r.Rank), r.Silo, Text(r.Position), Text(r.Items), r.Digest.ToString("x16", CultureInfo.InvariantCulture), note);
        }

        terminal.Display.Write(table);
        terminal.WriteLine(comparison.Agree ? "The replicas agree." : "The replicas do not agree: a write may be under way; --rebuild makes those that differ anew.");
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
