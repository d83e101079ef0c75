using Manifold.Index;

namespace Manifold.Grains.Tests;

/// <summary>What an item keeps of its content, and what is read of that again. Files: <c>ReencodingTests</c> of the server.</summary>
public sealed class StoredContentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("a red car", "data:text/plain;charset=utf-8,a%20red%20car")]
    [InlineData("100 % + 1, #2", null)]
    [InlineData("苹果，红色的", "data:text/plain;charset=utf-8;base64,6Iu55p6c77yM57qi6Imy55qE")]
    [InlineData("grün 🚗\n\ttab", null)]
    public async Task ATextThatIsKept_IsReadAgainAsItWas(string text, string? uri)
    {
        var contents = new StoredContent(new ContentOptions());
        var kept = contents.Keep(new Item { Id = "a", Modality = Modalities.Text }, EncodeContent.OfText(text));
        Assert.Equal(uri ?? kept.Content, kept.Content);
        Assert.Equal(text, (await contents.ReadAsync(kept, Cancel)).Text);
    }

    [Fact]
    public void WhatHasAReference_IsNoText_OrFindsNoRoom_IsKeptAsItIs()
    {
        var contents = new StoredContent(new ContentOptions());
        var located = new Item { Id = "a", Modality = Modalities.Text, Content = "/notes/a.txt" };
        Assert.Same(located, contents.Keep(located, EncodeContent.OfText("a text")));
        var item = new Item { Id = "a" };
        Assert.Same(item, contents.Keep(item, EncodeContent.OfImage([1, 2, 3])));
        Assert.Same(item, contents.Keep(item, null));
        Assert.Same(item, contents.Keep(item, EncodeContent.OfText(new string('苹', 20_000))));
        Assert.Same(item, contents.Keep(item, EncodeContent.OfText("half a pair \ud83d")));
        Assert.Same(item, new StoredContent(new ContentOptions { KeepTexts = false }).Keep(item, EncodeContent.OfText("a text")));
        var longest = contents.Keep(item, EncodeContent.OfText(new string('苹', 16_000)));
        Assert.InRange(longest.Content!.Length, 64_000, Item.MaxContentBytes);
    }

    [Theory]
    [InlineData("data:no comma")]
    [InlineData("data:;base64,not base64!")]
    [InlineData("data:;base64,/w==")]
    [InlineData("relative/path.txt")]
    [InlineData("file://another.machine/share/a.txt")]
    [InlineData("http://127.0.0.1/a.txt")]
    public async Task AReferenceThatCannotBeRead_SaysWhy(string uri)
    {
        var refused = await Assert.ThrowsAsync<ManifoldException>(
            () => new StoredContent(new ContentOptions { Roots = ["/"] }).ReadAsync(new Item { Id = "a", Modality = Modalities.Text, Content = uri }, Cancel));
        Assert.Equal((ErrorKind.InvalidArgument, "content_uri"), (refused.Kind, refused.Field));
    }
}
