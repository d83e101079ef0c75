namespace Manifold.Index;

/// <summary>Finds the faults of a filter, each with the path of the field at fault, named as on the wire (<c>manifold.v1.Filter</c>). Stateless.</summary>
public static class FilterValidation
{
    /// <summary>All faults; empty if there is none.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="path">What the paths begin with.</param>
    public static IReadOnlyList<FieldError> Validate(Filter filter, string path = "filter")
    {
        var errors = new List<FieldError>();
        long terms = 0;
        Check(filter, path, 1, errors, ref terms);
        if (terms > Filter.MaxTerms)
            errors.Add(new(path, $"The filter has {terms} terms (leaves, values and ids); at most {Filter.MaxTerms} are possible."));
        return errors;
    }

    private static void Check(Filter filter, string path, int depth, List<FieldError> errors, ref long terms)
    {
        if (depth > Filter.MaxDepth)
        {
            errors.Add(new(path, $"The filter is nested deeper than {Filter.MaxDepth} levels."));
            return;
        }

        terms++;
        switch (filter)
        {
            case Filter.FieldEquals(var name, var value):
                CheckName(name, $"{path}.equal.attribute", errors);
                CheckValue(value, $"{path}.equal.value", errors);
                break;
            case Filter.FieldIn(var name, var values):
                CheckName(name, $"{path}.in.attribute", errors);
                terms += values.Count;
                for (var i = 0; i < values.Count; i++) CheckValue(values[i], $"{path}.in.values[{i}]", errors);
                break;
            case Filter.FieldRange range:
                CheckName(range.Name, $"{path}.range.attribute", errors);
                CheckRange(range, $"{path}.range", errors);
                break;
            case Filter.FieldExists(var name):
                CheckName(name, $"{path}.exists.attribute", errors);
                break;
            case Filter.FieldPrefix(var name, var prefix):
                CheckName(name, $"{path}.prefix.attribute", errors);
                CheckText(prefix, $"{path}.prefix.prefix", errors);
                break;
            case Filter.FieldAllOf(var name, var values):
                CheckName(name, $"{path}.all_of.attribute", errors);
                terms += values.Count;
                if (values.Count == 0) errors.Add(new($"{path}.all_of", "Expected at least one text."));
                for (var i = 0; i < values.Count; i++) CheckText(values[i], $"{path}.all_of.values[{i}]", errors);
                break;
            case Filter.FieldGeoRadius(var name, var center, var metres):
                CheckName(name, $"{path}.geo_radius.attribute", errors);
                CheckPoint(center, $"{path}.geo_radius.center", errors);
                if (!double.IsFinite(metres) || metres < 0) errors.Add(new($"{path}.geo_radius.metres", $"Expected a finite distance of at least 0, got {metres}."));
                break;
            case Filter.FieldGeoBox(var name, var southWest, var northEast):
                CheckName(name, $"{path}.geo_box.attribute", errors);
                CheckPoint(southWest, $"{path}.geo_box.south_west", errors);
                CheckPoint(northEast, $"{path}.geo_box.north_east", errors);
                if (southWest.Latitude > northEast.Latitude) errors.Add(new($"{path}.geo_box", $"The south, {southWest.Latitude}, is greater than the north, {northEast.Latitude}."));
                break;
            case Filter.ModalityIs(var values):
                if (values.Count == 0) errors.Add(new($"{path}.modality", "Expected at least one modality."));
                for (var i = 0; i < values.Count; i++)
                    if (Modalities.CodeOf(values[i]) < 0) errors.Add(new($"{path}.modality.modalities[{i}]", $"'{FieldError.Quote(values[i])}' is not a modality."));
                break;
            case Filter.IdIn(var ids):
                terms += ids.Count;
                for (var i = 0; i < ids.Count; i++)
                    if (Utf8Text.CountBytes(ids[i]) is < 1 or > Item.MaxIdBytes) errors.Add(new($"{path}.id.ids[{i}]", $"Expected 1 to {Item.MaxIdBytes} UTF-8 bytes."));
                break;
            case Filter.And(var parts):
                CheckParts(parts, $"{path}.and", depth, errors, ref terms);
                break;
            case Filter.Or(var parts):
                CheckParts(parts, $"{path}.or", depth, errors, ref terms);
                break;
            case Filter.Not(var part):
                Check(part, $"{path}.not", depth + 1, errors, ref terms);
                break;
        }
    }

    private static void CheckParts(IReadOnlyList<Filter> parts, string path, int depth, List<FieldError> errors, ref long terms)
    {
        if (parts.Count == 0) errors.Add(new(path, "Expected at least one part."));
        for (var i = 0; i < parts.Count; i++) Check(parts[i], $"{path}[{i}]", depth + 1, errors, ref terms);
    }

    private static void CheckRange(Filter.FieldRange range, string path, List<FieldError> errors)
    {
        AttributeKind? kind = null;
        foreach (var bound in (ReadOnlySpan<AttributeValue?>)[range.GreaterThan, range.GreaterOrEqual, range.LessThan, range.LessOrEqual])
        {
            if (bound is null) continue;
            if (bound.Kind is not (AttributeKind.Number or AttributeKind.Time))
            {
                errors.Add(new(path, $"A bound is a {bound.Kind}; expected numbers or times."));
                return;
            }

            if (kind is not null && kind != bound.Kind)
            {
                errors.Add(new(path, "The bounds are of mixed kinds; expected all numbers or all times."));
                return;
            }

            kind = bound.Kind;
        }

        if (kind is null) errors.Add(new(path, "Expected at least one bound (gt, gte, lt, lte)."));
    }

    private static void CheckName(string name, string path, List<FieldError> errors)
    {
        if (Utf8Text.CountBytes(name) is < 1 or > Attributes.MaxNameBytes)
            errors.Add(new(path, $"The attribute name is not 1 to {Attributes.MaxNameBytes} UTF-8 bytes."));
    }

    private static void CheckValue(AttributeValue value, string path, List<FieldError> errors)
    {
        if (value.Kind == AttributeKind.StringList)
            errors.Add(new(path, "A list is compared element by element; expected a text, number, bool or time."));
        else if (value.Kind == AttributeKind.GeoPoint)
            errors.Add(new(path, "A point is compared by distance; expected a text, number, bool or time."));
    }

    private static void CheckText(string text, string path, List<FieldError> errors)
    {
        if (Utf8Text.CountBytes(text) < 0) errors.Add(new(path, "The text holds a lone surrogate and has no UTF-8 form."));
    }

    private static void CheckPoint(GeoPoint point, string path, List<FieldError> errors)
    {
        if (!point.IsValid) errors.Add(new(path, $"The latitude {point.Latitude} is not -90 to 90, or the longitude {point.Longitude} not -180 to 180."));
    }
}
