using System.Buffers;

namespace Manifold.Index.Tests.Filters;

public sealed class FilterCodecTests
{
    [Fact]
    public void Read_OfWritten_MeansTheSame()
    {
        var random = Seeds.Create();
        var items = Enumerable.Range(0, 20).Select(_ => SampleItems.Next(random)).ToArray();
        for (var i = 0; i < 1000; i++)
        {
            var filter = FilterReference.Next(random);
            var read = FilterCodec.Read(Encode(filter));
            Assert.Equal(Encode(filter), Encode(read));
            foreach (var item in items) Assert.Equal(FilterReference.Matches(item, filter), FilterReference.Matches(item, read));
        }
    }

    [Fact]
    public void Read_OfDamagedBytes_RefusesOrGivesWhatTheyMean()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 100; i++)
        {
            var bytes = Encode(FilterReference.Next(random, 2));
            for (var length = 0; length < bytes.Length; length++) Assert.Throws<InvalidDataException>(() => FilterCodec.Read(bytes.AsSpan(0, length)));
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertRefusedOrCanonical(bytes);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Read_OfDeepNesting_RefusesBeforeTheStackEnds()
    {
        var bytes = new byte[1_000_000];
        bytes.AsSpan().Fill(9); // Not, Not, Not, …
        var error = Assert.Throws<InvalidDataException>(() => FilterCodec.Read(bytes));
        Assert.Contains("32 levels", error.Message);
    }

    [Fact]
    public void Read_OfHostileCount_AllocatesNothingForIt() =>
        Assert.Throws<InvalidDataException>(() => FilterCodec.Read([7, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 4, 1, 97]));

    private static byte[] Encode(Filter filter)
    {
        var output = new ArrayBufferWriter<byte>();
        FilterCodec.Write(filter, output);
        return output.WrittenSpan.ToArray();
    }

    private static void AssertRefusedOrCanonical(byte[] bytes)
    {
        try
        {
            Assert.Equal(bytes, Encode(FilterCodec.Read(bytes)));
        }
        catch (InvalidDataException)
        {
            // Refused.
        }
    }
}
