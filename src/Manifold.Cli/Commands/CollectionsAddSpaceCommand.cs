using System.CommandLine;
using System.Globalization;
using Manifold.Cli.Output;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class CollectionsAddSpaceCommand
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public static Command Create()
    {
        var name = CommonSymbols.Collection();
        var space = new Option<string>("--space") { Description = "The new space's name: 1 to 64 of letters, digits, '-' and '_'.", Required = true };
        var bundle = new Option<string>("--bundle") { Description = "The encoder that fills it.", Required = true };
        var rate = new Option<double>("--rate") { Description = "Items a second at most that are encoded again; 0: as fast as it goes (default)." };
        rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and < double.PositiveInfinity))
                result.AddError("--rate is 0 or more items a second");
        });
        var multi = new Option<bool>("--multi-vector") { Description = "A vector for each moment of sound and video." };
        var precision = new Option<Precision>("--precision") { Description = "What scans read: float32 (default), float16 or int8.", DefaultValueFactory = _ => Precision.Float32 };
        var noWait = new Option<bool>("--no-wait") { Description = "Begin it, and do not wait for its end." };
        return new Command("add-space", "Add a space that another bundle fills, and encode the items that are there for it.") { name, space, bundle, rate, multi, precision, noWait }
            .OnServer(async (parsed, client, terminal, cancellationToken) =>
            {
                var added = Space.OfBundle(parsed.GetRequiredValue(bundle)) with
                {
                    Name = parsed.GetRequiredValue(space),
                    IsMultiVector = parsed.GetValue(multi),
                    Precision = parsed.GetValue(precision),
                };
                var collection = await client.AddSpaceAsync(parsed.GetRequiredValue(name), added, parsed.GetValue(rate), cancellationToken);
                CollectionsShowCommand.Print(
                    parsed.GetValue(noWait) ? await client.GetCollectionAsync(collection.Name, cancellationToken) : await WaitAsync(collection.Name, client, terminal, cancellationToken), terminal);
                return ExitCode.Ok;
            });
    }

    private static async Task<CollectionInfo> WaitAsync(string name, ManifoldClient client, Terminal terminal, CancellationToken cancellationToken)
    {
        var told = "";
        while (true)
        {
            var collection = await client.GetCollectionAsync(name, cancellationToken);
            if (collection.Reencoding is not { IsComplete: false } reencoding)
                return collection;
            if (Describe(reencoding) is var now && now != told)
                terminal.Note($"{now} (it goes on without this command)");
            told = now;
            await Task.Delay(LookEvery, cancellationToken);
        }
    }

    /// <summary>Such as <c>1,234 of 5,000 items have a vector in "b"; 3 cannot be encoded; waiting: …</c>.</summary>
    public static string Describe(CollectionReencoding reencoding)
    {
        var encoded = string.Create(CultureInfo.InvariantCulture, $"{reencoding.Encoded:N0} of {reencoding.Items:N0} items have a vector in space {reencoding.Space}");
        var failed = reencoding.Failed == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {reencoding.Failed:N0} cannot be encoded");
        return encoded + failed + (reencoding.Waiting.Length == 0 ? "" : $"; waiting: {reencoding.Waiting}");
    }
}
