namespace Manifold.Storage;

/// <summary>
/// Names a segment store: a folder (<c>file:///path</c> or a plain path), or objects below a prefix of a bucket in an S3-compatible store
/// (<c>s3://bucket/prefix?endpoint=http://127.0.0.1:9000&amp;region=eu-central-1</c>).
/// </summary>
public sealed record SegmentStoreUri
{
    /// <summary>The configuration key that names the server's store; error messages name it.</summary>
    public const string Key = "Manifold:SegmentStore";

    private const string S3Scheme = "s3://";
    private const string Forms = "it must be a folder (file:///path or a plain path) or s3://bucket/prefix?endpoint=URL&region=NAME";

    private SegmentStoreUri()
    {
    }

    /// <summary>The folder, absolute; <c>null</c> for S3.</summary>
    public string? Folder { get; private init; }

    /// <summary>The bucket; <c>null</c> for a folder.</summary>
    public string? Bucket { get; private init; }

    /// <summary>What every key in the bucket begins with, without slashes at its ends; may be empty.</summary>
    public string Prefix { get; private init; } = "";

    /// <summary>Where the S3-compatible server is; <c>null</c>: what <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c> says, else the region's own.</summary>
    public Uri? Endpoint { get; private init; }

    /// <summary>The region; <c>null</c>: what <c>AWS_REGION</c> or the profile says, and <c>us-east-1</c> where an endpoint is given.</summary>
    public string? Region { get; private init; }

    /// <summary>Reads the name of a store. Nothing is opened, and environment variables are not looked at.</summary>
    /// <param name="text">The URI or path; a relative path is below the working directory.</param>
    /// <param name="key">What the messages call it.</param>
    /// <exception cref="FormatException">It names no store; says the key, the value, what is wrong and what is allowed.</exception>
    public static SegmentStoreUri Parse(string text, string key = Key)
    {
        if (string.IsNullOrWhiteSpace(text))
            throw Bad(text, key, Forms);
        if (text.StartsWith(S3Scheme, StringComparison.OrdinalIgnoreCase))
            return ParseS3(text, key);
        if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase))
            return new SegmentStoreUri { Folder = ParseFile(text, key) };
        if (text.Contains("://", StringComparison.Ordinal))
            throw Bad(text, key, Forms);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw Bad(text.Replace('\0', ' '), key, "a path has no zero characters");
        return new SegmentStoreUri { Folder = Path.GetFullPath(text) };
    }

    /// <summary>The name in the form that <see cref="Parse"/> reads.</summary>
    public override string ToString()
    {
        if (Folder is not null)
            return Folder;
        string?[] options = [Endpoint is null ? null : $"endpoint={Uri.EscapeDataString(Endpoint.OriginalString)}", Region is null ? null : $"region={Region}"];
        var query = string.Join('&', options.OfType<string>());
        return $"{S3Scheme}{Bucket}{(Prefix.Length > 0 ? "/" : "")}{Prefix}{(query.Length > 0 ? "?" : "")}{query}";
    }

    private static string ParseFile(string text, string key)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || !uri.IsFile || uri.LocalPath.Length == 0)
            throw Bad(text, key, Forms);
        if (uri.Host.Length > 0 && !uri.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            throw Bad(text, key, $"\"{uri.Host}\" stands where a host would; a folder is file:///path, with three slashes");
        if (uri.Query.Length > 0 || uri.Fragment.Length > 0)
            throw Bad(text, key, "a folder has no options; write ? as %3F and # as %23");
        return Path.GetFullPath(uri.IsUnc ? Uri.UnescapeDataString(uri.AbsolutePath) : uri.LocalPath);
    }

    private static SegmentStoreUri ParseS3(string text, string key)
    {
        // By hand: the URI class would lower the case of the bucket and resolve dots in the prefix, and so hide mistakes.
        var (place, query) = Split(text[S3Scheme.Length..], '?');
        var (bucket, prefix) = Split(place, '/');
        if (bucket.Contains('@', StringComparison.Ordinal))
            throw new FormatException($"{key} begins with \"{S3Scheme}\" and has credentials in it; they come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or another place of the standard chain.");
        if (bucket.Length is < 3 or > 63 || !bucket.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '.'))
            throw Bad(text, key, $"\"{bucket}\" is no bucket: 3 to 63 lower-case letters, digits, '-' and '.'");
        prefix = prefix.Trim('/');
        if (prefix.Length > 0 && !ObjectName.IsValid(prefix))
            throw Bad(text, key, $"\"{prefix}\" is no prefix: parts of letters, digits, '-', '_' and '.', divided by '/', none of them '.' or '..'");
        Uri? endpoint = null;
        string? region = null;
        foreach (var option in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, escaped) = Split(option, '=');
            var value = Uri.UnescapeDataString(escaped);
            switch (name)
            {
                case "endpoint":
                    endpoint = ParseEndpoint(value) ?? throw Bad(text, key, $"endpoint is \"{value}\"; it must be http://HOST:PORT or https://HOST:PORT, without a path");
                    break;
                case "region":
                    region = value.Length > 0 && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? value : throw Bad(text, key, $"region is \"{value}\"; it must be letters, digits and '-'");
                    break;
                default:
                    throw Bad(text, key, $"\"{name}\" is no option; there are endpoint and region");
            }
        }
        return new SegmentStoreUri { Bucket = bucket, Prefix = prefix, Endpoint = endpoint, Region = region };
    }

    /// <summary>An endpoint, or null where it is none.</summary>
    internal static Uri? ParseEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri is { PathAndQuery: "/", Fragment: "", UserInfo: "", Host.Length: > 0 } ? uri : null;

    private static (string Head, string Tail) Split(string text, char at)
    {
        var index = text.IndexOf(at, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    private static FormatException Bad(string text, string key, string wrong) => new($"{key} is \"{text}\": {wrong}.");
}
