using Manifold.Cli.Sources;
using SkiaSharp;

namespace Manifold.Cli.Tests;

public sealed class FolderSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Read_Folder_TakesPicturesAndTextsBelowIt()
    {
        var picture = _folder.Write("a/b/red.PNG", TestPictures.Png(SKColors.Red));
        _folder.Write("note.txt", "a note");
        _folder.Write("a/data.bin", "x");
        _folder.Write(".hidden/x.png", "x");
        _folder.Write("empty.png", "");
        _folder.Write("latin1.txt", [0xE9, 0x20]);

        var source = new FolderSource(_folder.Path);
        var items = await source.ReadAsync(TestContext.Current.CancellationToken).ToDictionaryAsync(i => i.Id!, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal(["a/b/red.PNG", "empty.png", "latin1.txt", "note.txt"], items.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(("red.PNG", "a/b"), (items["a/b/red.PNG"].Input!.Attributes["file"], items["a/b/red.PNG"].Input!.Attributes["folder"]));
        Assert.Equal(picture, items["a/b/red.PNG"].Input!.ContentUri);
        Assert.Equal(("a note", ""), (items["note.txt"].Input!.Attributes["text"], items["note.txt"].Input!.Attributes["folder"]));
        Assert.Contains("empty", items["empty.png"].Problem, StringComparison.Ordinal);
        Assert.Contains("UTF-8", items["latin1.txt"].Problem, StringComparison.Ordinal);
        Assert.Equal((4, 1), (source.Total, source.Skipped));
    }

    [Fact]
    public async Task Read_LinkToAFolderAbove_EndsAllTheSame()
    {
        _folder.Write("a/x.txt", "x");
        Directory.CreateSymbolicLink(_folder.File("a/loop"), _folder.Path);

        var items = await new FolderSource(_folder.Path).ReadAsync(TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["a/x.txt"], items.Select(i => i.Id));
    }
}
