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
            // The path includes the unknown key itself.
            return new InvalidBundleException(path, parent.Length == 0 ? unknown.Groups[1].Value : parent, "is not a known key", e);
        }

        if (MissingKeys().Match(e.Message) is { Success: true } missing)
        {
            string name = missing.Groups[1].Value;
            return new InvalidBundleException(path, parent.Length == 0 ? name : $"{parent}.{name}", "is missing", e);
        }

        string where = e.LineNumber is long line ? $"line {line + 1}" : "the end";
        if (parent.Length == 0)
            return new InvalidBundleException(path, null, $"is not a manifest in JSON: the parser stopped at {where}", e);
        string problem = UnknownKind().Match(e.Message) is { Success: true } kind
            ? $"has the kind '{kind.Groups[1].Value}', which this version does not know"
            : "has a value of the wrong type, or one that is not among those allowed";
        return new InvalidBundleException(path, parent, $"{problem} ({where})", e);
    }

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownKey();

    [GeneratedRegex("missing required properties including: '([^']*)'")]
    private static partial Regex MissingKeys();

    [GeneratedRegex("type discriminator id '([^']*)'")]
    private static partial Regex UnknownKind();
}
