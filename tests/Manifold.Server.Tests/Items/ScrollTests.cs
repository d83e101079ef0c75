using System.Text;
using Grpc.Core;
using Manifold.Protocol.V1;

namespace Manifold.Server.Tests;

/// <summary>Pages of items in the order of their ids' UTF-8 bytes, whatever the number of shards.</summary>
public sealed class ScrollTests(SharedServer shared)
{
    private readonly TestServer _server = shared.Server;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(64)]
    public async Task Scroll_AnyPageSize_HasEveryItemOnceInOrderOfUtf8(int shards)
    {
        var name = await _server.CreateAsync(dimension: 2, shards: shards);
        string[] odd = ["a", "a\0", "A", "é", "z", "\uFFFD", "\U0001F388", "\uE000x", "ab", "日本", "\U00010000"];
        var ids = odd.Concat(Enumerable.Range(0, 120).Select(i => $"item {i}")).ToArray();
        foreach (var batch in ids.Chunk(50))
        {
            await _server.UpsertAsync(name, batch.Select(id => Requests.Item(id, 1, 2)));
        }
        await _server.UpsertAsync(name, ids.Where((_, i) => i % 5 == 0).Select(id => Requests.Item(id, 3, 4)));
        await _server.DeleteAsync(name, ids.Where((_, i) => i % 7 == 3));

        var expected = ids.Where((_, i) => i % 7 != 3).OrderBy(id => Encoding.UTF8.GetBytes(id), Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b))).ToArray();
        foreach (var page in new[] { 1, 7, expected.Length - 1, expected.Length, 1000 })
        {
            Assert.Equal(expected, (await _server.ScrollAllAsync(name, page)).Select(i => i.Id));
        }
        Assert.Equal(expected.Length, await _server.CountAsync(name));
    }

    [Fact]
    public async Task Scroll_LimitZero_IsAHundred()
    {
        var name = await _server.CreateAsync(dimension: 1);
        await _server.UpsertAsync(name, Enumerable.Range(0, 101).Select(i => Requests.Item($"{i:000}", i)));
        var page = await _server.ScrollAsync(new ScrollRequest { Collection = name });

        Assert.Equal(100, page.Items.Count);
        Assert.Equal("099", page.Next);
        var last = await _server.ScrollAsync(new ScrollRequest { Collection = name, After = page.Next });
        Assert.Equal("100", Assert.Single(last.Items).Id);
        Assert.Empty(last.Next);
    }

    [Fact]
    public async Task Scroll_WithAndWithoutVectors_BringsThemAsAsked()
    {
        var name = await _server.CreateAsync(dimension: 2, metric: Metric.L2);
        await _server.UpsertAsync(name, Requests.Item("a", 1, 2).With("n", Requests.Value(3)));

        Assert.Empty(Assert.Single(await _server.ScrollAllAsync(name)).Vectors);
        var item = Assert.Single(await _server.ScrollAllAsync(name, withVectors: true));
        Assert.Equal([1, 2], Requests.Read(item.Vectors["default"]));
        Assert.Equal(3, item.Attributes["n"].NumberValue);
    }

    [Fact]
    public async Task Scroll_EmptyCollection_IsOneEmptyPage()
    {
        var page = await _server.ScrollAsync(new ScrollRequest { Collection = await _server.CreateAsync(shards: 3) });
        Assert.Empty(page.Items);
        Assert.Empty(page.Next);
    }

    [Fact]
    public async Task Scroll_ItemsAddedAndDeletedMeanwhile_ThoseThatStayAreSeenOnce()
    {
        var name = await _server.CreateAsync(dimension: 1, shards: 3);
        await _server.UpsertAsync(name, Enumerable.Range(0, 90).Select(i => Requests.Item($"stays {i:00}", i)));
        var seen = new List<string>();
        var after = "";
        for (var page = 0; ; page++)
        {
            var answer = await _server.ScrollAsync(new ScrollRequest { Collection = name, Limit = 10, After = after });
            seen.AddRange(answer.Items.Select(i => i.Id));
            if ((after = answer.Next).Length == 0)
            {
                break;
            }
            await _server.UpsertAsync(name, Requests.Item($"comes {page}", 1), Requests.Item($"stays {page:00}", 5), Requests.Item($"goes {page}", 1));
            await _server.DeleteAsync(name, $"goes {page - 1}");
        }
        Assert.Equal(Enumerable.Range(0, 90).Select(i => $"stays {i:00}"), seen.Where(id => id.StartsWith("stays", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task Scroll_BadLimit_InvalidArgument(int limit)
    {
        var name = await _server.CreateAsync();
        await Refusal.AssertAsync(StatusCode.InvalidArgument, _server.ScrollAsync(new ScrollRequest { Collection = name, Limit = limit }), "limit");
    }
}
