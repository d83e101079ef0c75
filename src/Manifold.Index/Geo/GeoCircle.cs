namespace Manifold.Index;

/// <summary>All points within a distance of a centre, by the haversine formula on a sphere.</summary>
/// <remarks>With φ for latitudes and λ for longitudes: h = sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2), distance = 2 R asin √h. Compared are the h, so that no point costs an arcsine.</remarks>
internal sealed class GeoCircle : GeoShape
{
    /// <summary>The earth's mean radius R₁ in metres (IUGG).</summary>
    public const double EarthMetres = 6_371_008.8;

    /// <summary>Degrees by which the band of latitudes is wider than the circle, far above the rounding of the formula: about 0.1 mm.</summary>
    private const double Slack = 1e-9;

    private readonly GeoPoint _center;
    private readonly double _cosine;
    private readonly double _limit;

    public GeoCircle(GeoPoint center, double metres)
    {
        _center = center;
        _cosine = Math.Cos(double.DegreesToRadians(center.Latitude));
        var half = Math.Min(metres / (2 * EarthMetres), Math.PI / 2);
        var sine = Math.Sin(half);
        _limit = half >= Math.PI / 2 ? double.PositiveInfinity : sine * sine;
        var degrees = double.RadiansToDegrees(2 * half) * (1 + Slack) + Slack;
        South = Math.Max(-90, center.Latitude - degrees);
        North = Math.Min(90, center.Latitude + degrees);
        var width = Math.Min(180, degrees / Math.Max(_cosine, 1e-6)); // half of it, in degrees of longitude
        Share = width / 180 * (Math.PI / 4);
    }

    public override bool Contains(double latitude, double longitude)
    {
        var sinLatitude = Math.Sin(double.DegreesToRadians(latitude - _center.Latitude) / 2);
        var sinLongitude = Math.Sin(double.DegreesToRadians(longitude - _center.Longitude) / 2);
        return (sinLatitude * sinLatitude) + (_cosine * Math.Cos(double.DegreesToRadians(latitude)) * sinLongitude * sinLongitude) <= _limit;
    }
}
