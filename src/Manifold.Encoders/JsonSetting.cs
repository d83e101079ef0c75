using System.Text.Json;

namespace Manifold.Encoders;

/// <summary>
/// A value in a JSON file that somebody else's tool wrote (<c>tokenizer.json</c>, <c>config.json</c>): every question that it cannot answer is an
/// <see cref="InvalidBundleException"/> with the file and the dotted key. Keys that nobody asks for are passed over.
/// </summary>
internal readonly struct JsonSetting
{
    private readonly JsonElement _value;

    private JsonSetting(string file, string? key, JsonElement value)
    {
        File = file;
        Key = key;
        _value = value;
    }

    /// <summary>Path of the file.</summary>
    public string File { get; }

    /// <summary>Dotted, or null for the whole document.</summary>
    public string? Key { get; }

    public bool IsText => _value.ValueKind == JsonValueKind.String;

    public bool IsNumber => _value.ValueKind == JsonValueKind.Number;

    public bool IsList => _value.ValueKind == JsonValueKind.Array;

    /// <exception cref="InvalidBundleException">Not there, not readable, or not one JSON object.</exception>
    public static JsonSetting Read(string file)
    {
        try
        {
            using FileStream stream = System.IO.File.OpenRead(file);
            using JsonDocument document = JsonDocument.Parse(stream);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                throw new InvalidBundleException(file, null, "is not a JSON object");
            return new JsonSetting(file, null, document.RootElement.Clone());
        }
        catch (JsonException e)
        {
            throw new InvalidBundleException(file, null, $"is not JSON: the parser stopped at line {e.LineNumber + 1}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidBundleException(file, null, $"cannot be read: {e.Message}", e);
        }
    }

    /// <summary>A member of this object that must be there; null does not count.</summary>
    public JsonSetting this[string name] => Find(name) ?? throw new InvalidBundleException(File, KeyOf(name), "is missing");

    /// <summary>A member of this object, or null where it is not there or is the JSON null.</summary>
    public JsonSetting? Find(string name)
    {
        if (_value.ValueKind != JsonValueKind.Object)
            throw Wrong("must be an object");
        return _value.TryGetProperty(name, out JsonElement member) && member.ValueKind != JsonValueKind.Null
            ? new JsonSetting(File, KeyOf(name), member)
            : null;
    }

    /// <summary>The members of this object, in the order of the file.</summary>
    public IEnumerable<(string Name, JsonSetting Value)> Members()
    {
        if (_value.ValueKind != JsonValueKind.Object)
            throw Wrong("must be an object");
        JsonSetting self = this;
        return _value.EnumerateObject().Select(p => (p.Name, new JsonSetting(self.File, self.KeyOf(p.Name), p.Value)));
    }

    /// <summary>The elements of this list.</summary>
    public IEnumerable<JsonSetting> Items()
    {
        if (_value.ValueKind != JsonValueKind.Array)
            throw Wrong("must be a list");
        JsonSetting self = this;
        return _value.EnumerateArray().Select((element, i) => new JsonSetting(self.File, $"{self.Key}[{i}]", element));
    }

    public string Text() => IsText ? _value.GetString()! : throw Wrong("must be a text");

    public bool Flag() => _value.ValueKind is JsonValueKind.True or JsonValueKind.False ? _value.GetBoolean() : throw Wrong("must be true or false");

    public int Whole() => IsNumber && _value.TryGetInt32(out int number) ? number : throw Wrong("must be a whole number");

    public double Number() => IsNumber && _value.TryGetDouble(out double number) && double.IsFinite(number) ? number : throw Wrong("must be a number");

    /// <summary>What is wrong with this value, ready to be thrown.</summary>
    public InvalidBundleException Wrong(string problem, Exception? cause = null) => new(File, Key, problem, cause);

    private string KeyOf(string name) => Key is null ? name : $"{Key}.{name}";
}
