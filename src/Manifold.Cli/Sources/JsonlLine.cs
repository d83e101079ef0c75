using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>
/// Reads one line of a JSONL file: <c>id</c>; one of <c>vector</c> (numbers), <c>vectors</c> (lists of them, for a multi-vector space, perhaps with <c>places</c>),
/// <c>text</c>, <c>image</c>, <c>audio</c> and <c>video</c> (paths, relative to the file); every other field is an attribute. With vectors, <c>text</c> and the paths say what the item is, and are not encoded.
/// </summary>
internal sealed partial class JsonlLine(string folder, string space)
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    public async Task<SourceItem> ReadAsync(long number, string location, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        string? id = null;
        try
        {
            if (number == 1 && bytes.Span.StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[Encoding.UTF8.Preamble.Length..];
            using var document = JsonDocument.Parse(bytes, Options);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new ToolException("the line is not a JSON object");
            id = IdOf(document.RootElement);
            return SourceItem.Good(number, location, await ItemOfAsync(id, document.RootElement, cancellationToken));
        }
        catch (JsonException exception)
        {
            return SourceItem.Bad(number, location, id, $"bad JSON at byte {exception.BytePositionInLine + 1}: {FirstSentence(exception.Message)}");
        }
        catch (InvalidOperationException)
        {
            // A string of the line holds bytes that are not UTF-8, or half a surrogate pair.
            return SourceItem.Bad(number, location, id, "a text of the line is not valid Unicode");
        }
        catch (ToolException problem)
        {
            return SourceItem.Bad(number, location, id, problem.Message);
        }
    }

    private async Task<ItemInput> ItemOfAsync(string id, JsonElement line, CancellationToken cancellationToken)
    {
        var vector = Optional(line, "vector") is { } one ? VectorOf(one, "vector") : null;
        if (Optional(line, "vectors") is { } several)
            vector = vector is null ? JsonlVectors.Read(several) : throw new ToolException("give 'vector' or 'vectors', not both");
        var text = StringOf(line, "text");
        var (modality, file) = FileOf(line);
        if (vector is null && text is null && file is null)
            throw new ToolException("give a 'vector', a 'text', an 'image', an 'audio' or a 'video'");
        if (vector is null && text is not null && file is not null)
            throw new ToolException($"give 'text' or '{NameOf(modality)}', not both");

        var attributes = AttributesOf(line);
        if (text is not null)
            attributes["text"] = ContentFile.Kept(text);
        var path = file is null ? "" : PathOf(file, NameOf(modality));
        var input = new ItemInput
        {
            Id = id,
            Modality = file is not null ? modality : text is not null ? Modality.Text : Modality.None,
            Attributes = attributes,
            ContentUri = path,
        };
        if (vector is not null)
        {
            input = input with { Vectors = new Dictionary<string, ReadOnlyMemory<float>> { [space] = vector } };
            return Optional(line, "places") is { } places
                ? input with { Places = new Dictionary<string, IReadOnlyList<Place>> { [space] = JsonlVectors.ReadPlaces(places) } }
                : input;
        }

        return input with { Content = text is not null ? Content.FromText(text) : await ContentFile.ReadMediaAsync(path, modality, cancellationToken) };
    }

    private static string NameOf(Modality modality) => modality.ToString().ToLowerInvariant();

    /// <summary>The one file that the line names.</summary>
    private static (Modality Modality, string? Path) FileOf(JsonElement line)
    {
        (Modality Modality, string? Path) found = default;
        foreach (var modality in (ReadOnlySpan<Modality>)[Modality.Image, Modality.Audio, Modality.Video])
        {
            if (StringOf(line, NameOf(modality)) is not { } path)
                continue;
            if (found.Path is not null)
                throw new ToolException($"give '{NameOf(found.Modality)}' or '{NameOf(modality)}', not both");
            found = (modality, path);
        }

        return found;
    }

    private string PathOf(string file, string field)
    {
        try
        {
            return Path.GetFullPath(file, folder);
        }
        catch (ArgumentException exception)
        {
            throw new ToolException($"'{field}' is no path: {exception.Message}");
        }
    }

    private static string IdOf(JsonElement line) => Optional(line, "id") switch
    {
        null => throw new ToolException("'id' is missing"),
        { ValueKind: JsonValueKind.String } id => id.GetString()!,
        { ValueKind: JsonValueKind.Number } id when id.TryGetInt64(out var number) => number.ToString(CultureInfo.InvariantCulture),
        _ => throw new ToolException("'id' must be a string or a whole number"),
    };

    private static string? StringOf(JsonElement line, string name) => Optional(line, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw new ToolException($"'{name}' must be a string"),
    };

    internal static float[] VectorOf(JsonElement value, string field)
    {
        if (value.ValueKind != JsonValueKind.Array)
            throw new ToolException($"'{field}' must be a list of numbers");
        var vector = new float[value.GetArrayLength()];
        var i = 0;
        foreach (var element in value.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetSingle(out var number) || !float.IsFinite(number))
                throw new ToolException($"'{field}[{i}]' is not a number that a float can hold");
            vector[i++] = number;
        }

        return vector;
    }

    private static Dictionary<string, object> AttributesOf(JsonElement line)
    {
        var attributes = new Dictionary<string, object>();
        foreach (var field in line.EnumerateObject())
        {
            if (field.Name is "id" or "vector" or "vectors" or "places" or "text" or "image" or "audio" or "video" || field.Value.ValueKind == JsonValueKind.Null)
                continue;
            attributes[field.Name] = AttributeOf(field.Name, field.Value);
        }

        return attributes;
    }

    internal static object AttributeOf(string name, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String when TimeOf(value.GetString()!) is { } time => time,
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => whole,
        JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
        JsonValueKind.Number => throw new ToolException($"'{name}' is too large a number"),
        JsonValueKind.Array => ListOf(name, value),
        JsonValueKind.Object => PointOf(name, value),
        _ => throw new ToolException($"'{name}' is of no kind that an attribute can have"),
    };

    private static GeoPoint PointOf(string name, JsonElement value)
    {
        if (value.GetPropertyCount() != 2 || Optional(value, "lat") is not { ValueKind: JsonValueKind.Number } latitude || Optional(value, "lon") is not { ValueKind: JsonValueKind.Number } longitude)
            throw new ToolException($"'{name}' is a nested object: use plain fields, or {{\"lat\":…,\"lon\":…}} for a place");
        return latitude.GetDouble() is >= -90 and <= 90 && longitude.GetDouble() is >= -180 and <= 180
            ? new GeoPoint(latitude.GetDouble(), longitude.GetDouble())
            : throw new ToolException($"'{name}' is no place: 'lat' is -90 to 90, 'lon' -180 to 180");
    }

    private static string[] ListOf(string name, JsonElement value) =>
        value.EnumerateArray().All(e => e.ValueKind == JsonValueKind.String)
            ? [.. value.EnumerateArray().Select(e => e.GetString()!)]
            : throw new ToolException($"'{name}' is a list of other things than strings");

    private static DateTimeOffset? TimeOf(string text) =>
        ZonedTime().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time : null;

    private static JsonElement? Optional(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string FirstSentence(string message)
    {
        var end = message.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? message : message[..end];
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,7})?)?(Z|[+-]\d{2}:\d{2})$", RegexOptions.CultureInvariant)]
    private static partial Regex ZonedTime();
}
