using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;

namespace Manifold.Cli.Commands;

internal static class SnapshotCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(200);

    public static Command Create() => new("snapshot", "Make, list, restore and delete copies of collections in a store.")
    {
        Make(),
        List(),
        Restore(),
        Delete(),
    };

    private static Command Make()
    {
        var collection = CommonSymbols.Collection();
        var store = Store("--to", "Where to.");
        var name = new Option<string?>("--name") { Description = "The snapshot's name; the time by default.", HelpName = "name" };
        return new Command("create", "Copy a collection into a store, while it is read and written.") { collection, store, name }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var (of, to) = (parsed.GetRequiredValue(collection), Absolute(parsed.GetRequiredValue(store)));
            var called = parsed.GetValue(name) ?? DateTime.UtcNow.ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
            var snapshot = await client.CreateSnapshotAsync(to, of, called, cancellationToken);
            for (var told = -1; !snapshot.IsComplete; snapshot = await client.GetSnapshotAsync(to, of, called, cancellationToken))
            {
                if (snapshot.Error.Length > 0)
                    throw new ToolException($"the snapshot failed: {snapshot.Error}");
                if (snapshot.ShardsDone != told)
                    terminal.Note($"{snapshot.ShardsDone} of {snapshot.ShardCount} shards copied");
                told = snapshot.ShardsDone;
                await Task.Delay(LookEvery, cancellationToken);
            }

            if (terminal.Json)
                terminal.WriteJson(snapshot);
            else
                terminal.WriteLine($"{snapshot.Collection}/{snapshot.Name}: {Text(snapshot.Items)} items in {snapshot.ShardCount} shards, {Text(snapshot.Bytes)} bytes, in {to}");
            return ExitCode.Ok;
        });
    }

    private static Command List()
    {
        var store = new Argument<string>("store") { Description = "Where they are: file:///path, a path, or s3://bucket/prefix?endpoint=URL&region=NAME." };
        return new Command("list", "List the snapshots in a store.") { store }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var snapshots = await client.ListSnapshotsAsync(Absolute(parsed.GetRequiredValue(store)), cancellationToken);
            if (terminal.Json)
            {
                terminal.WriteJson(new { Snapshots = snapshots });
                return ExitCode.Ok;
            }

            var table = Tables.Create("collection", "name", "created", "shards", "items", "bytes", "").Right(3).Right(4).Right(5);
            foreach (var s in snapshots)
            {
                var note = s.Error.Length > 0 ? $"failed: {s.Error}" : s.IsComplete ? "" : $"{s.ShardsDone} shards copied";
                table.AddTexts(s.Collection, s.Name, s.Created.ToString("u", CultureInfo.InvariantCulture), Text(s.ShardCount), Text(s.Items), Text(s.Bytes), note);
            }

            terminal.Display.Write(table);
            return ExitCode.Ok;
        });
    }

    private static Command Restore()
    {
        var collection = CommonSymbols.Collection();
        var name = Name();
        var store = Store("--from", "Where it is.");
        var newName = new Option<string?>("--as") { Description = "The new collection's name; the old one's by default.", HelpName = "name" };
        var replicas = CommonSymbols.Number("--replicas", "Replicas of each shard; as before by default.", 1, 5);
        return new Command("restore", "Make a collection of a snapshot.") { collection, name, store, newName, replicas }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var restored = await client.RestoreSnapshotAsync(
                Absolute(parsed.GetRequiredValue(store)), parsed.GetRequiredValue(collection), parsed.GetRequiredValue(name), parsed.GetValue(newName), parsed.GetValue(replicas) ?? 0, cancellationToken);
            var told = "";
            while (restored.Restore is { } restore)
            {
                var line = $"{restore.Ready} of {restored.ShardCount} shards restored{(restore.Failure.Length > 0 ? $"; {restore.Failure}" : "")}";
                if (line != told)
                    terminal.Note(line);
                told = line;
                await Task.Delay(LookEvery, cancellationToken);
                restored = await client.GetCollectionAsync(restored.Name, cancellationToken);
            }

            CollectionsShowCommand.Print(restored, terminal);
            return ExitCode.Ok;
        });
    }

    private static Command Delete()
    {
        var collection = CommonSymbols.Collection();
        var name = Name();
        var store = Store("--from", "Where it is.");
        return new Command("delete", "Delete a snapshot, or what is left of one that failed.") { collection, name, store }.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var (of, called) = (parsed.GetRequiredValue(collection), parsed.GetRequiredValue(name));
            await client.DeleteSnapshotAsync(Absolute(parsed.GetRequiredValue(store)), of, called, cancellationToken);
            if (terminal.Json)
                terminal.WriteJson(new { Deleted = $"{of}/{called}" });
            else
                terminal.WriteLine($"deleted {of}/{called}");
            return ExitCode.Ok;
        });
    }

    private static Argument<string> Name() => new("name") { Description = "The snapshot's name." };

    private static Option<string> Store(string option, string description) => new(option)
    {
        Description = $"{description} file:///path, a path that all shard silos see, or s3://bucket/prefix?endpoint=URL&region=NAME.",
        HelpName = "store",
        Required = true,
    };

    /// <summary>Silos have working directories of their own.</summary>
    private static string Absolute(string store) => store.Contains("://", StringComparison.Ordinal) || store.StartsWith("file:", StringComparison.OrdinalIgnoreCase) ? store : Path.GetFullPath(store);

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
