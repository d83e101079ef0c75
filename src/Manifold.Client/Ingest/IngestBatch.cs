using V1 = Manifold.Protocol.V1;

namespace Manifold.Client;

/// <summary>A batch on its way, with the places of its items in the source.</summary>
internal sealed class IngestBatch(string collection, Acknowledgement acknowledgement)
{
    private readonly List<long> _indexes = [];

    public V1.UpsertRequest Request { get; } = new() { Collection = collection, Acknowledgement = (V1.Acknowledgement)acknowledgement };

    public int Count => _indexes.Count;

    public long Bytes { get; private set; }

    public void Add(V1.ItemInput item, long index, int bytes)
    {
        Request.Items.Add(item);
        _indexes.Add(index);
        Bytes += bytes;
    }

    /// <summary>An item's place in the source; -1 if the server names one that was not sent.</summary>
    public long SourceIndex(int index) => index >= 0 && index < _indexes.Count ? _indexes[index] : -1;
}
