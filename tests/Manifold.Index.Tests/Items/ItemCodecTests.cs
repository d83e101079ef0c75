using System.Buffers;

namespace Manifold.Index.Tests.Items;

public sealed class ItemCodecTests
{
    [Fact]
    public void Read_OfWritten_GivesEqualItem()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 1000; i++)
        {
            var item = SampleItems.Next(random);
            var bytes = SampleItems.Encode(item);
            var view = ItemView.Read(bytes, out var consumed);
            Assert.Equal(bytes.Length, consumed);
            Assert.Equal(item, view.ToItem());
        }
    }

    [Fact]
    public void Read_OfSeveralItemsInARow_ConsumesOneEach()
    {
        var random = Seeds.Create();
        var items = Enumerable.Range(0, 50).Select(_ => SampleItems.Next(random)).ToArray();
        var output = new ArrayBufferWriter<byte>();
        foreach (var item in items) ItemCodec.Write(item, output);
        var rest = output.WrittenSpan;
        foreach (var item in items)
        {
            Assert.Equal(item, ItemView.Read(rest, out var consumed).ToItem());
            rest = rest[consumed..];
        }

        Assert.True(rest.IsEmpty);
    }

    [Fact]
    public void Read_OfDamagedBytes_RefusesOrGivesWhatTheyMean()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 50; i++)
        {
            var bytes = SampleItems.Encode(SampleItems.Next(random));
            for (var length = 0; length < bytes.Length; length++)
                Assert.Throws<InvalidDataException>(() => { ItemView.Read(bytes.AsSpan(0, length), out _); });
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertRefusedOrCanonical(bytes);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Read_OfNoise_NeverReadsOutOfRange()
    {
        var random = Seeds.Create();
        var bytes = new byte[200];
        for (var i = 0; i < 100_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = 1;
            bytes[1] %= 5;
            bytes[2] %= 8;
            AssertRefusedOrCanonical(bytes.AsSpan(0, random.Next(bytes.Length)));
        }
    }

    [Fact]
    public void Read_Allocates_Nothing()
    {
        var bytes = SampleItems.Encode(SampleItems.Next(new Random(1)));
        ItemView.Read(bytes, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            var view = ItemView.Read(bytes, out _);
            view.TryGetVector("image"u8, out _);
            view.TryGetVector("caption", out _);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Write_OfItemThatCouldNotBeRead_Throws()
    {
        var vectors = new Dictionary<string, float[]> { ["a"] = [1] };
        Assert.Throws<ArgumentException>(() => SampleItems.Encode(new Item { Id = "", Vectors = vectors }));
        Assert.Throws<ArgumentException>(() => SampleItems.Encode(new Item { Id = new string('x', 513), Vectors = vectors }));
        Assert.Throws<ArgumentException>(() => SampleItems.Encode(new Item { Id = "\uDC00", Vectors = vectors }));
        Assert.Throws<ArgumentException>(() => SampleItems.Encode(new Item { Id = "x", Vectors = vectors, Modality = "smell" }));
        Assert.Throws<ArgumentException>(() => SampleItems.Encode(new Item { Id = "x", Vectors = new Dictionary<string, float[]> { ["a"] = [] } }));
    }

    [Fact]
    public void Write_OfItemWithoutVectors_ReadsBack()
    {
        var view = ItemView.Read(SampleItems.Encode(new Item { Id = "x", Modality = "image" }), out _);
        Assert.Empty(view.ToItem().Vectors);
    }

    [Fact]
    public void TryGetVector_OfUnknownSpace_IsFalse()
    {
        var bytes = SampleItems.Encode(new Item { Id = "x", Vectors = new Dictionary<string, float[]> { ["a"] = [1, 2] } });
        var view = ItemView.Read(bytes, out _);
        Assert.False(view.TryGetVector("b", out _));
        Assert.False(view.TryGetVector(new string('b', 500), out _));
        Assert.True(view.TryGetVector("a", out var vector));
        Assert.Equal([1, 2], vector.ToArray());
    }

    private static void AssertRefusedOrCanonical(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var item = ItemView.Read(bytes, out var consumed).ToItem();
            Assert.Equal(bytes[..consumed].ToArray(), SampleItems.Encode(item));
        }
        catch (InvalidDataException)
        {
            // Refused.
        }
    }
}
