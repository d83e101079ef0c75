namespace Manifold.Training;

/// <summary>Queries against a gallery, with what is right for each query.</summary>
/// <param name="Name"><c>T.DIRECTION.LANGUAGE</c>, with <c>.all</c> when the hard items are in.</param>
/// <param name="Queries">The queries.</param>
/// <param name="Gallery">What is searched.</param>
/// <param name="Right">For each query the indexes of the gallery that are right; at least one.</param>
public sealed record RetrievalTest(
    string Name, IReadOnlyList<Probe> Queries, IReadOnlyList<Probe> Gallery, IReadOnlyList<IReadOnlyList<int>> Right);
