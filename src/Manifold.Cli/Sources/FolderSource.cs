using System.IO.Enumeration;
using System.Runtime.CompilerServices;
using Manifold.Client;

namespace Manifold.Cli.Sources;

/// <summary>
/// Every picture, recording, video and text file below a folder. The id is the path relative to the folder, with forward slashes; the attributes are <c>file</c> and
/// <c>folder</c>, and <c>text</c>, the beginning of a text. Hidden files and folders, and links to folders, are left out.
/// </summary>
internal sealed class FolderSource : IItemSource
{
    private readonly string _root;
    private readonly string[] _files;

    public FolderSource(string folder)
    {
        _root = Path.GetFullPath(folder);
        var paths = new FileSystemEnumerable<string>(
            _root,
            (ref FileSystemEntry entry) => entry.ToFullPath(),
            new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System })
        {
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        }.ToLookup(path => ContentFile.IsMedia(path) || ContentFile.IsText(path));

        _files = [.. paths[true].Order(StringComparer.Ordinal)];
        Skipped = paths[false].Count();
    }

    public string Name => _root;

    public long Total => _files.Length;

    /// <summary>Files that are none of these.</summary>
    public int Skipped { get; }

    public async IAsyncEnumerable<SourceItem> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var file in _files)
            yield return await ReadAsync(file, cancellationToken);
    }

    private async Task<SourceItem> ReadAsync(string file, CancellationToken cancellationToken)
    {
        var id = Path.GetRelativePath(_root, file).Replace(Path.DirectorySeparatorChar, '/');
        var attributes = new Dictionary<string, object>
        {
            ["file"] = Path.GetFileName(file),
            ["folder"] = Path.GetDirectoryName(id)?.Replace(Path.DirectorySeparatorChar, '/') ?? "",
        };
        try
        {
            Content content;
            if (ContentFile.ModalityOf(file) is var modality and not Modality.None)
            {
                content = await ContentFile.ReadMediaAsync(file, modality, cancellationToken);
            }
            else
            {
                var text = await ContentFile.ReadTextAsync(file, cancellationToken);
                attributes["text"] = ContentFile.Kept(text);
                content = Content.FromText(text);
            }

            return SourceItem.Good(null, file, new ItemInput
            {
                Id = id,
                Modality = content.Modality,
                Content = content,
                Attributes = attributes,
                ContentUri = file,
            });
        }
        catch (ToolException problem)
        {
            return SourceItem.Bad(null, file, id, problem.Message);
        }
    }
}
