namespace Manifold.Index;

/// <summary>A place on the earth in degrees of WGS 84.</summary>
/// <param name="Latitude">-90 (south) to 90 (north).</param>
/// <param name="Longitude">-180 (west) to 180 (east).</param>
public readonly record struct GeoPoint(double Latitude, double Longitude)
{
    /// <summary>Whether both are in range; NaN is not.</summary>
    public bool IsValid => Latitude is >= -90 and <= 90 && Longitude is >= -180 and <= 180;

    /// <summary>With zeros of one sign.</summary>
    internal GeoPoint Normalized => new(Latitude + 0.0, Longitude + 0.0);
}
