using Manifold.Index;

namespace Manifold.Shards;

/// <summary>
/// The spaces of a shard. One record in its log says from where on it has more: whoever reads the log meets it before the first vector of a new space. Writers say which
/// schema they encoded for; those that do not know of the present one are refused, so that no item comes without a vector that it should have.
/// </summary>
public sealed partial class ShardEngine
{
    // What searches see, and what writes go by. Replaced under the gate.
    private ShardSchema _schema;
    private ShardSchema _handedSchema;

    /// <summary>The schema that writes go by.</summary>
    public ShardSchema Schema => Volatile.Read(ref _handedSchema);

    /// <summary>Whether searches know of a space of that name.</summary>
    public bool HasSpace(string name)
    {
        foreach (var space in _index.Current.Spaces)
        {
            if (space.Name == name)
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>Gives the shard the spaces of a newer schema: durable, and in force for searches, when the task ends. One that it has, or that is older, changes nothing.</summary>
    /// <exception cref="ArgumentException">A space of the present schema is missing, or is another.</exception>
    /// <exception cref="ShardUnavailableException">The log failed; the outcome is unknown.</exception>
    public async Task SetSchemaAsync(ShardSchema schema, CancellationToken cancellationToken)
    {
        SpaceSchema.Check(schema.Spaces);
        long position;
        PendingWrite? pending = null;
        lock (_gate)
        {
            ThrowIfFailed();
            position = _handedPosition;
            if (_handedSchema.Version < schema.Version)
            {
                if (_handedSchema.Spaces.FirstOrDefault(present => !schema.Spaces.Any(space => space.IsCompatible(present))) is { } lost)
                {
                    throw new ArgumentException($"shard {_definition.Shard} has the space {lost}, which version {schema.Version} of its schema lacks", nameof(schema));
                }
                pending = Append(WriteBatch.OfSchema(schema), null);
                position = pending.Position;
                Volatile.Write(ref _handedSchema, schema);
            }
        }
        await CompleteAsync(position, pending, Acknowledgement.Applied, cancellationToken);
    }

    /// <summary>What a shard begins with: its manifest's schema, or its collection's first.</summary>
    private static ShardSchema SchemaOf(ShardDefinition definition, ShardManifest manifest) =>
        manifest.Schema ?? new ShardSchema(definition.SchemaVersion, definition.Spaces);

    /// <summary>Whether a write that was encoded for that schema may be written. In the gate.</summary>
    private void ThrowIfOutdated(int? schemaVersion)
    {
        if (schemaVersion is { } known && known < _handedSchema.Version)
        {
            throw new ShardSchemaChangedException($"shard {_definition.Shard} has version {_handedSchema.Version} of its schema, and the write is of version {known}");
        }
    }

    private void ApplySchema(ShardSchema schema, long position)
    {
        if (schema.Version <= _schema.Version)
        {
            return;
        }
        foreach (var space in schema.Spaces.Where(space => _index.Spaces.All(present => present.Name != space.Name)))
        {
            _index.AddSpace(space);
        }
        lock (_gate)
        {
            _schema = schema;
        }
        Log.SchemaChanged(_services.Logger, _definition.Shard, schema.Version, position, string.Join(", ", schema.Spaces.Select(space => space.Name)));
    }
}
