namespace Manifold.Index;

/// <summary>All points between two latitudes and two longitudes, edges included; where the western edge is the greater one, across the antimeridian.</summary>
internal sealed class GeoRectangle : GeoShape
{
    private readonly double _west;
    private readonly double _east;

    public GeoRectangle(GeoPoint southWest, GeoPoint northEast)
    {
        (South, North) = (southWest.Latitude, northEast.Latitude);
        (_west, _east) = (southWest.Longitude, northEast.Longitude);
        Share = (_east - _west + (_west > _east ? 360 : 0)) / 360;
    }

    // The meridians 180 and -180 are one.
    public override bool Contains(double latitude, double longitude) =>
        latitude >= South && latitude <= North && (Spans(longitude) || (Math.Abs(longitude) == 180 && Spans(-longitude)));

    private bool Spans(double longitude) => _west <= _east ? longitude >= _west && longitude <= _east : longitude >= _west || longitude <= _east;
}
