using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace Manifold.Encoders;

/// <summary>The manifest as JSON: strict, so that a misspelt key is an error and not a default.</summary>
internal static partial class BundleJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        AllowOutOfOrderMetadataProperties = true,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static byte[] Write(BundleManifest manifest) => [.. JsonSerializer.SerializeToUtf8Bytes(manifest, Options), (byte)'\n'];

    /// <param name="utf8">The file's content.</param>
    /// <param name="path">The file's path, for errors.</param>
    /// <exception cref="InvalidBundleException">Not JSON, an unknown or missing key, or a value of the wrong type.</exception>
    public static BundleManifest Read(ReadOnlySpan<byte> utf8, string path)
    {
        try
        {
            return JsonSerializer.Deserialize<BundleManifest>(utf8, Options)
                ?? throw new InvalidBundleException(path, null, "is the JSON value null, not an object");
        }
        catch (JsonException e)
        {
            throw Explain(e, path);
        }
    }

    private static InvalidBundleException Explain(JsonException e, string path)
    {
        string parent = e.Path is null || e.Path.Length <= 1 ? string.Empty : e.Path.TrimStart('$').TrimStart('.');
        if (UnknownKey().Match(e.Message) is { Success: true } unknown)
        {
            string name = unknown.Groups[1].Value;
            return new InvalidBundleException(path, parent.Length == 0 || parent.EndsWith(name, StringComparison.Ordinal) ? Or(parent, name) : $"{parent}.{name}", "is not a known key", e);
        }

        if (MissingKeys().Match(e.Message) is { Success: true } missing)
        {
            string name = missing.Groups[1].Value;
            return new InvalidBundleException(path, parent.Length == 0 ? name : $"{parent}.{name}", "is missing", e);
        }

        // What the parser says of a place is only of use with the place, which its own message repeats in its own words.
        string problem = Place().Replace(e.Message, string.Empty).TrimEnd('.');
        string where = e.LineNumber is long line ? $"line {line + 1}: " : string.Empty;
        return parent.Length == 0
            ? new InvalidBundleException(path, null, $"{where}is not a valid manifest: {problem}", e)
            : new InvalidBundleException(path, parent, $"has a value that cannot be used ({where}{problem})", e);
    }

    private static string Or(string value, string otherwise) => value.Length == 0 ? otherwise : value;

    [GeneratedRegex("^(?:The JSON property|Duplicate property) '([^']*)' could not be mapped")]
    private static partial Regex UnknownKey();

    [GeneratedRegex("missing required properties including: '([^']*)'")]
    private static partial Regex MissingKeys();

    [GeneratedRegex(@"( The type-discriminator)?\s*Path: .*$", RegexOptions.Singleline)]
    private static partial Regex Place();
}
