namespace Manifold.Storage;

/// <summary>A setting of a Redis server that is not what acknowledged writes need.</summary>
/// <param name="Endpoint">The server, <c>host:port</c>.</param>
/// <param name="Setting">The setting's name, as in redis.conf.</param>
/// <param name="Value">Its value; <c>null</c> where it cannot be read.</param>
/// <param name="Required">What it must be.</param>
/// <param name="Message">All of it in a sentence, with what to do.</param>
public sealed record RedisDurabilityDifference(string Endpoint, string Setting, string? Value, string Required, string Message);
