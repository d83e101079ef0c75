namespace Manifold.Index;

/// <summary>Says whether an item fits an index, and brings it to the form that is stored. Stateless.</summary>
public static class ItemValidation
{
    /// <summary>All faults of an item against the spaces of an index, the fields named as on the wire (<c>manifold.v1.Item</c>); empty if there is none.</summary>
    public static IReadOnlyList<FieldError> Validate(Item item, IReadOnlyList<SpaceSchema> spaces)
    {
        var errors = new List<FieldError>();
        CheckText(errors, "id", item.Id, 1, Item.MaxIdBytes);
        CheckText(errors, "content_uri", item.Content ?? "", 0, Item.MaxContentBytes);
        if (Modalities.CodeOf(item.Modality) < 0)
            errors.Add(new("modality", $"'{FieldError.Quote(item.Modality)}' is unknown; expected one of {string.Join(", ", Modalities.All.Skip(1))}, or nothing."));
        if (item.Vectors.Count == 0)
            errors.Add(new("vectors", "The item has no vector; at least one is needed."));
        foreach (var (space, vector) in item.Vectors)
            CheckVector(errors, space, vector, spaces);
        foreach (var (space, places) in item.Places)
            CheckPlaces(errors, space, places, item, spaces);
        CheckAttributes(errors, item.Attributes);
        return errors;
    }

    /// <summary>All faults of an item's attributes, the fields named as on the wire; empty if there is none.</summary>
    public static IReadOnlyList<FieldError> Validate(Attributes attributes)
    {
        var errors = new List<FieldError>();
        CheckAttributes(errors, attributes);
        return errors;
    }

    /// <summary>The item with its vectors of cosine spaces brought to unit length; the same object if there is none such. Call on valid items.</summary>
    /// <exception cref="ArgumentException">A vector of a cosine space has no direction: it is zero, or not finite.</exception>
    public static Item Normalize(Item item, IReadOnlyList<SpaceSchema> spaces)
    {
        Dictionary<string, float[]>? vectors = null;
        foreach (var space in spaces)
        {
            if (space.Metric != Metric.Cosine || !item.Vectors.TryGetValue(space.Name, out var vector)) continue;
            vectors ??= new Dictionary<string, float[]>(item.Vectors);
            var unit = new float[vector.Length];
            space.Prepare(vector, unit);
            vectors[space.Name] = unit;
        }

        return vectors is null ? item : item with { Vectors = vectors };
    }

    private static void CheckVector(List<FieldError> errors, string name, float[]? vector, IReadOnlyList<SpaceSchema> spaces)
    {
        var field = $"vectors[{FieldError.Quote(name)}]";
        var space = spaces.FirstOrDefault(candidate => candidate.Name == name);
        if (space is null)
            errors.Add(new(field, $"There is no such space; the collection has {string.Join(", ", spaces.Select(known => $"'{known.Name}'"))}."));
        else if (space.FindFault(vector) is { } fault)
            errors.Add(new(field, fault));
    }

    private static void CheckPlaces(List<FieldError> errors, string name, Place[] places, Item item, IReadOnlyList<SpaceSchema> spaces)
    {
        var field = $"places[{FieldError.Quote(name)}]";
        if (spaces.FirstOrDefault(candidate => candidate.Name == name) is not { IsMultiVector: true } space)
        {
            errors.Add(new(field, "Only vectors of a multi-vector space have places."));
            return;
        }

        var vectors = (item.Vectors.GetValueOrDefault(name)?.Length ?? 0) / space.Dimension;
        if (places.Length != vectors)
            errors.Add(new(field, $"{places.Length} places for {vectors} vectors; there is one for each vector, or none at all."));
        else if (Array.FindIndex(places, place => place.FindFault() is not null) is >= 0 and var bad)
            errors.Add(new(field, $"Place {bad}: {places[bad].FindFault()}"));
    }

    private static void CheckAttributes(List<FieldError> errors, Attributes attributes)
    {
        if (attributes.Count > Attributes.MaxCount)
            errors.Add(new("attributes", $"{attributes.Count} attributes; at most {Attributes.MaxCount} are possible."));
        if (attributes.Encoded.Length > Attributes.MaxEncodedBytes)
            errors.Add(new("attributes", $"{attributes.Encoded.Length} bytes encoded; at most {Attributes.MaxEncodedBytes} are possible."));
        foreach (var name in attributes.Keys)
            CheckText(errors, $"attributes[{FieldError.Quote(name)}]", name, 1, Attributes.MaxNameBytes, "The name");
    }

    private static void CheckText(List<FieldError> errors, string field, string text, int minBytes, int maxBytes, string subject = "The text")
    {
        var length = Utf8Text.CountBytes(text);
        if (length < 0)
            errors.Add(new(field, $"{subject} holds a lone surrogate and has no UTF-8 form."));
        else if (length < minBytes || length > maxBytes)
            errors.Add(new(field, $"{subject} is {length} UTF-8 bytes long; expected {minBytes} to {maxBytes}."));
    }
}
