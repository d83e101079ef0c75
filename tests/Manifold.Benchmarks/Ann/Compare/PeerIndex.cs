namespace Manifold.Benchmarks.Ann.Compare;

/// <summary>An index of another library.</summary>
/// <param name="Searcher">Its name in tables; several indexes may share one, and for each target the fastest of them stands.</param>
/// <param name="Command">The program and its first arguments.</param>
/// <param name="Kind">The index, in the library's own words.</param>
/// <param name="Efforts">The settings to try.</param>
internal sealed record PeerIndex(string Searcher, IReadOnlyList<string> Command, string Kind, EffortGrid Efforts);
