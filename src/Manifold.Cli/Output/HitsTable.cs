using System.Globalization;
using Manifold.Client;
using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>Hits as a table for a person.</summary>
internal static class HitsTable
{
    public static Table Of(IReadOnlyList<Hit> hits)
    {
        var hasPlaces = hits.Any(hit => BestPlace(hit) is not null);
        string[] columns = ["#", "score", "id", "kind", .. hasPlaces ? ["where"] : Array.Empty<string>(), "caption"];
        var table = Tables.Create(columns).Right(0).Right(1);
        for (var i = 0; i < hits.Count; i++)
        {
            var (item, score) = (hits[i].Item, hits[i].Score);
            table.AddTexts(
            [
                (i + 1).ToString(CultureInfo.InvariantCulture),
                score.ToString("0.000", CultureInfo.InvariantCulture),
                Tables.Shorten(item.Id, 48),
                Captions.Of(item.Modality),
                .. hasPlaces ? [BestPlace(hits[i]) is { } place ? Captions.Of(place) : ""] : Array.Empty<string>(),
                Tables.Shorten(Captions.Of(item), 60),
            ]);
        }

        return table;
    }

    /// <summary>Where the nearest of an item's vectors lies.</summary>
    private static Place? BestPlace(Hit hit) => hit.Matches.MaxBy(match => match.Score)?.Place;
}
