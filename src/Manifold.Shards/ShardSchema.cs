using System.Text.Json;
using Manifold.Index;

namespace Manifold.Shards;

/// <summary>The spaces that a shard has from one place in its log on.</summary>
/// <param name="Version">Greater than that of any before: what callers say they know.</param>
/// <param name="Spaces">All of them.</param>
public sealed record ShardSchema(int Version, IReadOnlyList<SpaceSchema> Spaces)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>The spaces as they stand in a log record: the JSON that the manifest has as well.</summary>
    internal byte[] EncodeSpaces() => JsonSerializer.SerializeToUtf8Bytes(Spaces, Json);

    /// <exception cref="InvalidDataException">The bytes are not those of spaces.</exception>
    internal static ShardSchema Decode(long version, ReadOnlySpan<byte> spaces)
    {
        try
        {
            return new ShardSchema(checked((int)version), JsonSerializer.Deserialize<SpaceSchema[]>(spaces, Json) ?? throw new InvalidDataException("a schema without spaces"));
        }
        catch (Exception e) when (e is JsonException or OverflowException)
        {
            throw new InvalidDataException($"a schema that cannot be read: {e.Message}", e);
        }
    }
}
