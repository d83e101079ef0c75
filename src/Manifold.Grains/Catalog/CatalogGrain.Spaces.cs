using Microsoft.Extensions.Logging;

namespace Manifold.Grains;

/// <summary>Spaces that a collection gets after its creation. The catalog has them first; shards and gateways learn of them from each other's calls.</summary>
internal sealed partial class CatalogGrain
{
    public async Task<CollectionInfo> AddSpaceAsync(string name, SpaceInfo space, double rate)
    {
        var collection = await GetAsync(name);
        if (collection.IsRestoring || collection.SplitTo > 0)
        {
            throw new ManifoldException(
                ErrorKind.FailedPrecondition, $"collection \"{name}\" is being {(collection.IsRestoring ? "restored" : "split")}: add the space afterwards", "name");
        }
        if (!double.IsFinite(rate) || rate < 0)
        {
            throw ManifoldException.Invalid("rate", $"the rate is 0 or more items a second; {rate} was given");
        }
        if (space.Encoder.Length == 0)
        {
            throw ManifoldException.Invalid("space.encoder", "name the bundle that fills the space");
        }
        CollectionRules.CheckSpace(space, "space");
        if (collection.Reencoding is { IsComplete: false } other && other.Space != space.Name)
        {
            throw new ManifoldException(
                ErrorKind.FailedPrecondition, $"items of collection \"{name}\" are still being encoded for space \"{other.Space}\": add another afterwards", "space.name");
        }
        var present = collection.FindSpace(space.Name);
        if (present is not null && present != space)
        {
            throw new ManifoldException(ErrorKind.AlreadyExists, $"collection \"{name}\" has a space \"{space.Name}\" with other settings", "space.name");
        }
        var changed = collection with
        {
            Reencoding = collection.Reencoding is { IsComplete: false } open
                ? open with { Rate = rate }
                : new ReencodingInfo(space.Name, rate, (collection.Reencoding?.Run ?? 0) + 1),
        };
        if (present is null)
        {
            if (collection.Spaces.Length == CollectionRules.MaxSpaces)
            {
                throw ManifoldException.Invalid("space", $"a collection has 1 to {CollectionRules.MaxSpaces} spaces, and this one has as many");
            }
            changed = changed with { Spaces = [.. collection.Spaces, space], SchemaVersion = collection.SchemaVersion + 1, CreatedSpaces = collection.CreatedSpaces ?? collection.Spaces };
        }
        await ReplaceAsync(collection, changed);
        await ResumeReencodingAsync(changed);
        return changed;
    }

    public async Task FinishReencodingAsync(string id, int run)
    {
        if (await FindByIdAsync(id) is { Reencoding: { IsComplete: false } open } collection && open.Run == run)
        {
            await ReplaceAsync(collection, collection with { Reencoding = open with { IsComplete = true } });
        }
    }

    public async Task<CollectionInfo> SwitchSpaceAsync(string name, string space, bool force)
    {
        var collection = await GetAsync(name);
        var chosen = space.Length > 0 ? collection.Space(space, "space") : throw ManifoldException.Invalid("space", "name a space");
        if (collection.Reencoding is { IsComplete: false } open && open.Space == space && !force)
        {
            throw new ManifoldException(
                ErrorKind.FailedPrecondition, $"items of collection \"{name}\" are still being encoded for space \"{space}\", and searches would not find the others: wait, or force it", "space");
        }
        return chosen == collection.Spaces[0]
            ? collection
            : await ReplaceAsync(collection, collection with
            {
                Spaces = [chosen, .. collection.Spaces.Where(other => other != chosen)],
                CreatedSpaces = collection.CreatedSpaces ?? collection.Spaces,
            });
    }

    private async Task ResumeReencodingAsync(CollectionInfo collection)
    {
        try
        {
            await GrainFactory.GetGrain<IReencodeGrain>(collection.Id).ResumeAsync();
        }
        catch (Exception e)
        {
            LogReencodingNotResumed(logger, e, collection.Name, ResumeEvery);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The re-encoding of collection {Collection} could not be taken up; trying again in {RetryAfter}.")]
    private static partial void LogReencodingNotResumed(ILogger logger, Exception reason, string collection, TimeSpan retryAfter);
}
