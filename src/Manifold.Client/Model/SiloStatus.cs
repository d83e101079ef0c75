namespace Manifold.Client;

/// <summary>A process of the cluster.</summary>
/// <param name="Name">Its stable name.</param>
/// <param name="Address">Where the other processes reach it.</param>
/// <param name="State">active, joining, shutting_down, dead, ...</param>
/// <param name="Roles">shard, encoder, gateway.</param>
public sealed record SiloStatus(string Name, string Address, string State, IReadOnlyList<string> Roles);
