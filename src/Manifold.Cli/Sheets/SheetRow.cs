using Manifold.Client;

namespace Manifold.Cli.Sheets;

/// <summary>A query and its hits on a contact sheet.</summary>
/// <param name="Words">The query's words; empty if it is a picture or a recording alone.</param>
/// <param name="MediumPath">The query's picture, recording or video; null if it has none.</param>
/// <param name="Filter">The condition, written under the query; null if there is none.</param>
/// <param name="Hits">Best first.</param>
internal sealed record SheetRow(string Words, string? MediumPath, string? Filter, IReadOnlyList<Hit> Hits);
