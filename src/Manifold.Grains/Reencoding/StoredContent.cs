using System.Text;
using Manifold.Index;

namespace Manifold.Grains;

/// <summary>What items keep of their content, and how it is read again. Thread-safe.</summary>
/// <remarks>
/// A <c>content_uri</c> is a client's word: silos read nothing because of it but the URI itself (<c>data:</c>) and regular files below <see cref="ContentOptions.Roots"/>, reached without a
/// symbolic link. Nothing is fetched from other machines.
/// </remarks>
public sealed class StoredContent(ContentOptions options)
{
    /// <summary>The largest file that is read: what a client can send at once by default.</summary>
    private const long MaxFileBytes = 64 << 20;

    // Each with a separator at its end.
    private readonly string[] _roots = [.. options.Roots.Select(root => Path.GetFullPath(root)).Select(root => Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar)];

    /// <summary>The item with a reference to its content, where it has none and the content is a text that finds room there.</summary>
    public Item Keep(Item item, EncodeContent? content)
    {
        if (!options.KeepTexts || item.Content is not null || content is not { Modality: Encoders.Modality.Text, Text: { Length: > 0 and <= Item.MaxContentBytes } text })
        {
            return item;
        }
        try
        {
            var uri = DataUri.OfText(text);
            return uri.Length <= Item.MaxContentBytes ? item with { Content = uri } : item;
        }
        catch (EncoderFallbackException)
        {
            return item;
        }
    }

    /// <summary>Reads an item's content again.</summary>
    /// <exception cref="ManifoldException">InvalidArgument: it cannot be had, and why.</exception>
    public async Task<EncodeContent> ReadAsync(Item item, CancellationToken cancellationToken)
    {
        if (item.Modality == Modalities.None)
        {
            throw Refused("it has vectors only: its modality is not set");
        }
        if (item.Content is not { } reference)
        {
            throw Refused("its content was not kept, and it has no content_uri");
        }
        try
        {
            var bytes = DataUri.Is(reference) ? DataUri.Read(reference) : await ReadFileAsync(PathOf(reference), cancellationToken);
            return item.Modality switch
            {
                Modalities.Text => EncodeContent.OfText(DataUri.TextOf(bytes)),
                Modalities.Audio => EncodeContent.OfAudio(bytes),
                Modalities.Video => EncodeContent.OfVideo(bytes),
                _ => EncodeContent.OfImage(bytes),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw Refused($"its content_uri cannot be read: {e.Message}");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw Refused($"there is no file {reference}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"{reference} cannot be read: {e.Message}");
        }
    }

    private static string PathOf(string reference)
    {
        if (Path.IsPathFullyQualified(reference))
        {
            return reference;
        }
        return Uri.TryCreate(reference, UriKind.Absolute, out var uri) && uri is { IsFile: true, Host: "" or "localhost" }
            ? uri.LocalPath
            : throw Refused($"\"{(reference.Length <= 100 ? reference : reference[..100])}\" is neither a data: URI nor the full path of a file");
    }

    private async Task<byte[]> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var full = Path.GetFullPath(path);
        var root = Array.Find(_roots, root => full.StartsWith(root, StringComparison.Ordinal))
            ?? throw Refused($"{full} is not below one of Manifold:Content:Roots");
        for (var part = full; part.Length >= root.Length; part = Path.GetDirectoryName(part)!)
        {
            if (new FileInfo(part).LinkTarget is not null)
            {
                throw Refused($"{part} is a symbolic link, which is not followed");
            }
        }
        var file = new FileInfo(full);

        // Pipes and devices have no length.
        return !file.Exists ? throw new FileNotFoundException()
            : file.Length is < 1 or > MaxFileBytes ? throw Refused($"{full} has {file.Length} bytes; files of 1 to {MaxFileBytes} are read")
            : await File.ReadAllBytesAsync(full, cancellationToken);
    }

    private static ManifoldException Refused(string message) => ManifoldException.Invalid("content_uri", message);
}
