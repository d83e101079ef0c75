namespace Manifold.Index.Tests.Items;

public sealed class AttributesTests
{
    [Fact]
    public void Decode_OfEncoded_GivesEqualMap()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 1000; i++)
        {
            var attributes = SampleItems.NextAttributes(random);
            var decoded = Attributes.Decode(attributes.Encoded.Span);
            Assert.Equal(attributes, decoded);
            Assert.Equal(attributes.AsEnumerable(), decoded.AsEnumerable());
        }
    }

    [Fact]
    public void Decode_OfDamagedBytes_RefusesOrGivesWhatTheyMean()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 100; i++)
        {
            var bytes = SampleItems.NextAttributes(random).Encoded.ToArray();
            for (var length = 0; length < bytes.Length; length++) AssertRefusedOrCanonical(bytes.AsSpan(0, length));
            for (var bit = 0; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
                AssertRefusedOrCanonical(bytes);
                bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Encoded_OfNoAttributes_IsEmpty() => Assert.True(Attributes.Empty.Encoded.IsEmpty);

    [Fact]
    public void Keys_OfAnyMap_AreInOrderOfTheirUtf8Bytes()
    {
        // In UTF-16 the fox (a surrogate pair) comes before U+FFFD; in UTF-8 after it.
        var attributes = Attributes.Of(("🦊", 1), ("\uFFFD", 2), ("b", 3), ("a", 4));
        Assert.Equal(["a", "b", "\uFFFD", "🦊"], attributes.Keys);
    }

    [Fact]
    public void From_WithNameTwice_Throws() => Assert.Throws<ArgumentException>(() => Attributes.Of(("a", 1), ("a", 2)));

    [Fact]
    public void Of_NaN_Throws() => Assert.Throws<ArgumentException>(() => AttributeValue.Of(double.NaN));

    [Fact]
    public void Of_NegativeZero_IsZero() => Assert.False(double.IsNegative(AttributeValue.Of(-0.0).AsNumber));

    [Fact]
    public void Of_LoneSurrogate_Throws() => Assert.Throws<ArgumentException>(() => AttributeValue.Of("\uD800"));

    [Theory]
    [InlineData(0, 0)]
    [InlineData(19, 1)]
    [InlineData(-1, -1)]
    [InlineData(-10, -1)]
    [InlineData(-11, -2)]
    public void Of_Time_IsCutDownToWholeMicroseconds(long ticks, long microseconds) =>
        Assert.Equal(microseconds, AttributeValue.Of(DateTimeOffset.UnixEpoch.AddTicks(ticks)).AsUnixMicroseconds);

    [Fact]
    public void Of_ExtremeTimes_RoundTrip()
    {
        foreach (var time in (DateTimeOffset[])[DateTimeOffset.MinValue, DateTimeOffset.MaxValue])
        {
            var attributes = Attributes.Of(("t", time));
            Assert.Equal(time.AddTicks(-(time.Ticks % 10)), Attributes.Decode(attributes.Encoded.Span)["t"].AsTime);
        }
    }

    [Fact]
    public void As_OfAnotherKind_SaysBothKinds()
    {
        var error = Assert.Throws<InvalidOperationException>(() => AttributeValue.Of(1).AsString);
        Assert.Contains("Number", error.Message);
        Assert.Contains("String", error.Message);
    }

    private static void AssertRefusedOrCanonical(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var decoded = Attributes.Decode(bytes);
            Assert.True(bytes.SequenceEqual(Attributes.From(decoded).Encoded.Span));
        }
        catch (InvalidDataException)
        {
            // Refused.
        }
    }
}
