namespace Manifold.Cluster.Tests;

/// <summary>Tests of clusters run one at a time, when the others are done: silos probe each other, and must not be starved by a build beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
