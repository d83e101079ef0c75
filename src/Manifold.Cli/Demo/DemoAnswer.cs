using Manifold.Client;

namespace Manifold.Cli.Demo;

/// <summary>A query of the demo with what it found.</summary>
internal sealed record DemoAnswer(DemoQuery Query, IReadOnlyList<Hit> Hits);
