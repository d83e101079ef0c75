using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Items between the wire and the index.</summary>
internal static class ItemMapping
{
    /// <param name="input">The item on the wire.</param>
    /// <param name="collection">Its collection: a vector without a space's name goes to the first.</param>
    /// <param name="index">Its place in the request.</param>
    /// <exception cref="ManifoldException">InvalidArgument, naming the field.</exception>
    public static ItemWrite Read(V1.ItemInput input, CollectionInfo collection, int index)
    {
        var field = $"items[{index}].item";
        var source = input.Item ?? throw ManifoldException.Invalid(field, "the item is missing");
        var content = ReadContent(input.Content, $"items[{index}].content");
        var vectors = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var (space, vector) in source.Vectors)
        {
            var name = space.Length == 0 ? collection.Spaces[0].Name : space;
            if (!vectors.TryAdd(name, VectorMapping.Read(vector, $"{field}.vectors[{space}]")))
            {
                throw ManifoldException.Invalid($"{field}.vectors[{space}]", $"the item has two vectors for space \"{name}\"");
            }
        }
        var places = new Dictionary<string, Place[]>(StringComparer.Ordinal);
        foreach (var (space, of) in source.Places)
        {
            var placesField = $"{field}.places[{space}]";
            if (of.Places_.Count > 0 && !places.TryAdd(space.Length == 0 ? collection.Spaces[0].Name : space, [.. of.Places_.Select((place, i) => PlaceMapping.Read(place, $"{placesField}[{i}]"))]))
            {
                throw ManifoldException.Invalid(placesField, "the item has places for this space twice");
            }
        }
        var modality = ModalityMapping.Read(source.Modality, $"{field}.modality");
        if (content is not null)
        {
            var of = content.Modality switch
            {
                Encoders.Modality.Text => Modalities.Text,
                Encoders.Modality.Audio => Modalities.Audio,
                Encoders.Modality.Video => Modalities.Video,
                _ => Modalities.Image,
            };
            if (modality != Modalities.None && modality != of)
            {
                throw ManifoldException.Invalid($"{field}.modality", $"the modality is {modality}, and the content {of}");
            }
            modality = of;
        }
        var pairs = source.Attributes.Select(a => KeyValuePair.Create(a.Key, AttributeMapping.Read(a.Value, $"{field}.attributes[{a.Key}]")));
        try
        {
            var item = new Item
            {
                Id = source.Id,
                Modality = modality,
                Vectors = vectors,
                Places = places,
                Attributes = Attributes.From(pairs),
                Content = source.ContentUri.Length == 0 ? null : source.ContentUri,
            };
            return new ItemWrite(index, item, content);
        }
        catch (ArgumentException e)
        {
            throw ManifoldException.Invalid(field, e.Message);
        }
    }

    /// <param name="update">The change on the wire.</param>
    /// <param name="index">Its place in the request.</param>
    /// <exception cref="ManifoldException">InvalidArgument, naming the field.</exception>
    public static AttributeUpdate Read(V1.AttributeUpdate update, int index)
    {
        var pairs = update.Set.Select(a => KeyValuePair.Create(a.Key, AttributeMapping.Read(a.Value, $"updates[{index}].set[{a.Key}]")));
        try
        {
            return new AttributeUpdate(update.Id, Attributes.From(pairs), update.Remove, update.Clear);
        }
        catch (ArgumentException e)
        {
            throw ManifoldException.Invalid($"updates[{index}].set", e.Message);
        }
    }

    /// <returns>The content, or <c>null</c> where there is none.</returns>
    public static EncodeContent? ReadContent(V1.Content? content, string field) => content?.KindCase switch
    {
        null => null,
        V1.Content.KindOneofCase.Text => EncodeContent.OfText(content.Text),
        V1.Content.KindOneofCase.Image => EncodeContent.OfImage(content.Image.ToByteArray()),
        V1.Content.KindOneofCase.Audio => EncodeContent.OfAudio(content.Audio.ToByteArray()),
        V1.Content.KindOneofCase.Video => EncodeContent.OfVideo(content.Video.ToByteArray()),
        _ => throw ManifoldException.Invalid(field, "the content is no text, image, audio or video"),
    };

    /// <param name="encoded">The item's stored form.</param>
    public static V1.Item Write(byte[] encoded)
    {
        var item = ItemView.Read(encoded, out _).ToItem();
        var result = new V1.Item { Id = item.Id, Modality = ModalityMapping.Write(item.Modality), ContentUri = item.Content ?? "" };
        foreach (var (space, vector) in item.Vectors)
        {
            result.Vectors[space] = VectorMapping.Write(vector);
        }
        foreach (var (space, places) in item.Places)
        {
            result.Places[space] = new V1.Places { Places_ = { places.Select(PlaceMapping.Write) } };
        }
        foreach (var (name, value) in item.Attributes)
        {
            result.Attributes[name] = AttributeMapping.Write(value);
        }
        return result;
    }
}
