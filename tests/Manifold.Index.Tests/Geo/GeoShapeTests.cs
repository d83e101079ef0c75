namespace Manifold.Index.Tests.Geo;

public sealed class GeoShapeTests
{
    /// <summary>Distances that are well known, to within what a sphere can say.</summary>
    [Theory]
    [InlineData(48.8566, 2.3522, 51.5074, -0.1278, 343_500)] // Paris to London
    [InlineData(-17.7134, 178.065, -13.759, -172.1046, 1140000)] // Fiji to Samoa, across the antimeridian
    [InlineData(0, 0, 0, 180, 20_015_115)] // half the equator
    [InlineData(90, 10, 90, -170, 0.001)] // the pole, at any longitude
    public void Circle_OfAKnownDistance_ContainsThePointJustWithin(double latitude, double longitude, double otherLatitude, double otherLongitude, double metres)
    {
        var center = new GeoPoint(latitude, longitude);
        Assert.True(new GeoCircle(center, metres * 1.002).Contains(otherLatitude, otherLongitude));
        if (metres > 1) Assert.False(new GeoCircle(center, metres * 0.998).Contains(otherLatitude, otherLongitude));
    }

    [Fact]
    public void Circle_OfNoRadius_ContainsItsCenter() => Assert.True(new GeoCircle(new GeoPoint(12.3, -45.6), 0).Contains(12.3, -45.6));

    [Fact]
    public void Rectangle_AcrossTheAntimeridian_ContainsBothSides()
    {
        var rectangle = new GeoRectangle(new GeoPoint(-10, 170), new GeoPoint(10, -170));
        Assert.True(rectangle.Contains(0, 175) && rectangle.Contains(0, -175) && rectangle.Contains(0, 180) && rectangle.Contains(10, -180) && rectangle.Contains(-10, 170));
        Assert.False(rectangle.Contains(0, 0) || rectangle.Contains(0, 169) || rectangle.Contains(11, 175));
    }

    [Fact]
    public void Rectangle_WithAnEdgeOnTheAntimeridian_ContainsItUnderBothNames() =>
        Assert.True(new GeoRectangle(new GeoPoint(0, 170), new GeoPoint(1, 180)).Contains(0.5, -180) && new GeoRectangle(new GeoPoint(0, -180), new GeoPoint(1, -170)).Contains(0.5, 180));

    [Fact]
    public void Bounds_OfAnyCircle_LeaveNoPointOut()
    {
        var random = Seeds.Create();
        for (var i = 0; i < 100_000; i++)
        {
            var circle = new GeoCircle(SampleItems.NextPoint(random), random.NextDouble() * 1e7);
            var (latitude, longitude) = SampleItems.NextPoint(random);
            if (circle.Contains(latitude, longitude)) Assert.InRange(latitude, circle.South, circle.North);
        }
    }

    [Theory]
    [InlineData(90.1, 0)]
    [InlineData(0, -180.5)]
    [InlineData(double.NaN, 0)]
    [InlineData(0, double.PositiveInfinity)]
    public void Of_OutOfRange_Throws(double latitude, double longitude) =>
        Assert.Throws<ArgumentException>(() => AttributeValue.Of(new GeoPoint(latitude, longitude)));

    [Fact]
    public void Of_NegativeZero_EqualsZero() => Assert.Equal(AttributeValue.Of(new GeoPoint(0, 0)), AttributeValue.Of(new GeoPoint(-0.0, -0.0)));
}
