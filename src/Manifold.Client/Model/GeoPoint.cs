using System.Text.Json.Serialization;

namespace Manifold.Client;

/// <summary>A place on the earth in degrees of WGS 84. In JSON <c>{"lat":48.1,"lon":11.5}</c>.</summary>
/// <param name="Latitude">-90 (south) to 90 (north).</param>
/// <param name="Longitude">-180 (west) to 180 (east).</param>
public readonly record struct GeoPoint([property: JsonPropertyName("lat")] double Latitude, [property: JsonPropertyName("lon")] double Longitude);
