using System.CommandLine;
using System.Text.Json;
using Manifold.Cli.Sources;
using Manifold.Client;

namespace Manifold.Cli.Commands;

internal static class UpdateCommand
{
    /// <summary>The server's batch limit.</summary>
    private const int BatchSize = 1000;

    public static Command Create()
    {
        var collection = CommonSymbols.Collection();
        var ids = CommonSymbols.Ids();
        var set = new Option<string[]>("--set") { Description = "An attribute and its value; a number, true, false, a list of strings or a place as in JSON, anything else is a string.", HelpName = "name=value" };
        var remove = new Option<string[]>("--remove") { Description = "An attribute that goes.", HelpName = "name" };
        var clear = new Option<bool>("--clear") { Description = "All attributes go that are not set." };
        var command = new Command("update", "Change attributes of items, which keep everything else.") { collection, ids, set, remove, clear };
        command.Validators.Add(result =>
        {
            if (result.GetResult(set) is null && result.GetResult(remove) is null && !result.GetValue(clear))
                result.AddError("say what to change: --set, --remove or --clear");
            foreach (var pair in result.GetValue(set) ?? [])
                if (pair.IndexOf('=', StringComparison.Ordinal) < 1) result.AddError($"--set: '{pair}' is not name=value");
        });
        return command.OnServer(async (parsed, client, terminal, cancellationToken) =>
        {
            var values = new Dictionary<string, object>();
            foreach (var pair in (parsed.GetValue(set) ?? []).Select(pair => pair.Split('=', 2)))
                values[pair[0]] = ValueOf(pair[0], pair[1]);
            int updated = 0, failed = 0;
            foreach (var batch in parsed.GetRequiredValue(ids).Distinct().Chunk(BatchSize))
            {
                var updates = batch.Select(id => new AttributeUpdate { Id = id, Set = values, Remove = parsed.GetValue(remove) ?? [], Clear = parsed.GetValue(clear) }).ToList();
                var result = await client.UpdateAttributesAsync(parsed.GetRequiredValue(collection), updates, cancellationToken: cancellationToken);
                updated += result.Written;
                failed += result.Errors.Count;
                foreach (var error in result.Errors)
                    terminal.Error($"'{error.Id}': {error.Message}");
            }

            if (terminal.Json)
                terminal.WriteJson(new { Updated = updated, Failed = failed });
            else
                terminal.WriteLine($"updated {updated:N0}");
            return failed == 0 ? ExitCode.Ok : ExitCode.Error;
        });
    }

    private static object ValueOf(string name, string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.ValueKind == JsonValueKind.Null ? text : JsonlLine.AttributeOf(name, json.RootElement);
        }
        catch (JsonException)
        {
            using var json = JsonDocument.Parse(JsonSerializer.Serialize(text));
            return JsonlLine.AttributeOf(name, json.RootElement);
        }
    }
}
