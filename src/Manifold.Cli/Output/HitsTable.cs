using System.Globalization;
using Manifold.Client;
using Spectre.Console;

namespace Manifold.Cli.Output;

/// <summary>Hits as a table for a person.</summary>
internal static class HitsTable
{
    public static Table Of(IReadOnlyList<Hit> hits)
    {
        var table = Tables.Create("#", "score", "id", "kind", "caption").Right(0).Right(1);
        for (var i = 0; i < hits.Count; i++)
        {
            var (item, score) = (hits[i].Item, hits[i].Score);
            table.AddTexts(
                (i + 1).ToString(CultureInfo.InvariantCulture),
                score.ToString("0.000", CultureInfo.InvariantCulture),
                Tables.Shorten(item.Id, 48),
                Captions.Of(item.Modality),
                Tables.Shorten(Captions.Of(item), 60));
        }

        return table;
    }
}
