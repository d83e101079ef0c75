using Manifold.Grains;
using Manifold.Index;
using V1 = Manifold.Protocol.V1;

namespace Manifold.Server;

/// <summary>Places of vectors between the wire and the index.</summary>
internal static class PlaceMapping
{
    /// <exception cref="ManifoldException">InvalidArgument: a place of nothing.</exception>
    public static Place Read(V1.Place source, string field)
    {
        var place = Place.None;
        if (source.Box is { } box)
        {
            place = place with { Left = box.Left, Top = box.Top, Right = box.Right, Bottom = box.Bottom };
        }
        if (source.Interval is { } interval)
        {
            place = place with { Start = interval.Start, End = interval.End };
        }
        return place.FindFault() is { } fault ? throw ManifoldException.Invalid(field, fault) : place;
    }

    public static V1.Place Write(Place place) => new()
    {
        Box = place.HasBox ? new V1.Place.Types.Box { Left = place.Left, Top = place.Top, Right = place.Right, Bottom = place.Bottom } : null,
        Interval = place.HasInterval ? new V1.Place.Types.Interval { Start = place.Start, End = place.End } : null,
    };

    public static V1.VectorMatch Write(VectorMatch match) => new()
    {
        QueryVector = match.QueryVector,
        ItemVector = match.ItemVector,
        Score = match.Score,
        Place = match.Place is { } place ? Write(place) : null,
    };
}
