namespace Manifold.Server.Tests;

/// <summary>
/// Tests that run while nothing else does. Those that read what a server exports do: its exporter sees the meters of all servers of the process, and gives a metric up when any server that has
/// one of that name ends.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "alone";
}
